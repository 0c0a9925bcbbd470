/**
 * Where files of evidence are kept: a bucket, or a folder. Each file has the records that one write added, one a line.
 * Names ascend from the newest to the oldest, since S3 lists in that order only.
 */
export interface EvidenceStore {
  /** For people: `s3://BUCKET/PREFIX` or the folder. */
  readonly place: string;
  /** The names of files, the newest first. @param most how many at most; all by default. */
  list(most?: number): Promise<readonly string[]>;
  /** Undefined if there is no such file. */
  read(name: string): Promise<string | undefined>;
  /** Writes the file if there is none of this name. @returns false if there is one: nothing was written. */
  add(name: string, text: string): Promise<boolean>;
}
