import { EvidenceFile, type EvidenceSettings } from './evidence.ts';

/** What the construct tells the function's place of evidence with: CloudFormation may be the only one who knows the bucket. */
export const EVIDENCE_VARIABLE = 'EVIDENCE';

/** What people and the construct call a place: `s3://BUCKET/PREFIX`, or a folder. Undefined if it can be neither. */
export function evidenceAt(place: string): EvidenceSettings | undefined {
  const isFolder = !place.startsWith('s3:');
  const [, bucket = '', prefix] = /^s3:\/\/([^/]*)(?:\/(.*?)\/?)?$/.exec(place) ?? [];
  const settings = isFolder ? { folder: place } : { bucket, ...(prefix && { prefix: `${prefix}/` }) };
  return EvidenceFile.safeParse(settings).data;
}
