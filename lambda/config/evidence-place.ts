import { BUCKET, type EvidenceSettings, PREFIX } from './evidence.ts';

/** What the construct tells the function's place of evidence with: CloudFormation may be the only one who knows the bucket. */
export const EVIDENCE_VARIABLE = 'EVIDENCE';

/** What people and the construct call a place: `s3://BUCKET/PREFIX`, or a folder. Undefined if it can be neither. */
export function evidenceAt(place: string): EvidenceSettings | undefined {
  if (!place.startsWith('s3:')) return place === '' ? undefined : { folder: place };
  const [, bucket = '', path] = /^s3:\/\/([^/]*)(?:\/(.*?)\/?)?$/.exec(place) ?? [];
  const prefix = path && `${path}/`;
  if (!BUCKET.test(bucket) || !PREFIX.test(prefix ?? '')) return undefined;
  return { bucket, ...(prefix && { prefix }) };
}
