export const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
export const PREFIX = /^(?!\/)(?:[A-Za-z0-9!_.*'()/-]{0,199}\/)?$/;

/** Where evidence is kept: in an S3 bucket, or in a folder where the handler does not run in AWS. */
export type EvidenceSettings =
  | { readonly bucket: string; readonly prefix?: string | undefined }
  | { readonly folder: string };

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

/** For people and programs: where it is, as `evidenceAt` reads it. */
export function placeOf(settings: EvidenceSettings): string {
  return 'folder' in settings ? settings.folder : `s3://${settings.bucket}/${settings.prefix ?? ''}`;
}
