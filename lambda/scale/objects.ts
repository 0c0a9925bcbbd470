import type { S3 } from '../s3/s3.ts';

export interface StoredObject {
  readonly text: string;
  /** Of this very content, for a write that must replace nothing else. */
  readonly etag: string;
}

/** Objects of S3 by their bucket and key. Every method throws an `S3Error`. */
export class Objects {
  readonly #s3: S3;

  constructor(s3: S3) {
    this.#s3 = s3;
  }

  /** Undefined if there is none. */
  read(bucket: string, key: string): Promise<StoredObject | undefined> {
    return this.#s3.get(bucket, key, async ({ Body, ETag }) => ({
      text: (await Body?.transformToString()) ?? '',
      etag: ETag ?? '',
    }));
  }

  /** Replaces what is there. */
  async write(bucket: string, key: string, text: string): Promise<void> {
    await this.#put(bucket, key, text, {});
  }

  /**
   * @param seen what is to be replaced; undefined for nothing.
   * @returns false if something else is there by now.
   */
  replace(bucket: string, key: string, text: string, seen: StoredObject | undefined): Promise<boolean> {
    return this.#put(bucket, key, text, seen === undefined ? { IfNoneMatch: '*' } : { IfMatch: seen.etag });
  }

  #put(bucket: string, key: string, text: string, condition: object): Promise<boolean> {
    return this.#s3.put({ Bucket: bucket, Key: key, Body: text, ContentType: 'application/json', ...condition });
  }
}
