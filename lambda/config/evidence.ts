export const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
export const PREFIX = /^(?!\/)(?:[A-Za-z0-9!_.*'()/-]{0,199}\/)?$/;

/** Where evidence is kept: in an S3 bucket, or in a folder where the handler does not run in AWS. */
export type EvidenceSettings =
  | { readonly bucket: string; readonly prefix?: string | undefined }
  | { readonly folder: string };

/** For people and programs: where it is. */
export function placeOf(settings: EvidenceSettings): string {
  return 'folder' in settings ? settings.folder : `s3://${settings.bucket}/${settings.prefix ?? ''}`;
}
