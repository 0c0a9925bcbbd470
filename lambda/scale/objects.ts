import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { type CallContext, type CallOptions, call } from '../calls/call.ts';
import { isTaken, type S3Call, toS3Error } from '../evidence/s3-failure.ts';
import { connectingWithin } from '../secrets-manager/connecting.ts';

export interface StoredObject {
  readonly text: string;
  /** Of this very content, for a write that must replace nothing else. */
  readonly etag: string;
}

/** Objects of S3 by their bucket and key. */
export class Objects {
  readonly #context: CallContext;
  readonly #client: S3Client;

  /** @param client by default the environment's Region, credentials and endpoint. */
  constructor(context: CallContext, client: S3ClientConfig = {}) {
    this.#context = context;
    const requestHandler = connectingWithin(context.limits.callTimeoutMs);
    this.#client = new S3Client({ requestHandler, ...client, maxAttempts: 1 });
  }

  close(): void {
    this.#client.destroy();
  }

  /** Undefined if there is none. @throws {S3Error} */
  read(bucket: string, key: string): Promise<StoredObject | undefined> {
    return this.#call({ operation: 'GetObject', bucket, key }, 'read', async (abortSignal) => {
      try {
        const { Body, ETag } = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), {
          abortSignal,
        });
        return { text: (await Body?.transformToString()) ?? '', etag: ETag ?? '' };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    });
  }

  /** Replaces what is there. @throws {S3Error} */
  async write(bucket: string, key: string, text: string): Promise<void> {
    await this.#put(bucket, key, text, {});
  }

  /**
   * @param seen what is to be replaced; undefined for nothing.
   * @returns false if something else is there by now.
   * @throws {S3Error}
   */
  replace(bucket: string, key: string, text: string, seen: StoredObject | undefined): Promise<boolean> {
    return this.#put(bucket, key, text, seen === undefined ? { IfNoneMatch: '*' } : { IfMatch: seen.etag });
  }

  #put(bucket: string, key: string, Body: string, condition: object): Promise<boolean> {
    // The second of two attempts would be refused because of what the first wrote.
    const retry = Object.keys(condition).length === 0 ? 'idempotent-write' : 'single-effect';
    const command = { Bucket: bucket, Key: key, Body, ContentType: 'application/json', ...condition };
    return this.#call({ operation: 'PutObject', bucket, key }, retry, async (abortSignal) => {
      try {
        await this.#client.send(new PutObjectCommand(command), { abortSignal });
        return true;
      } catch (error) {
        if (isTaken(error)) return false;
        throw error;
      }
    });
  }

  #call<T>(about: S3Call, retry: CallOptions['retry'], attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const inOurWords = (error: unknown) => {
      throw toS3Error(about, error);
    };
    return call((signal) => attempt(signal).catch(inOurWords), this.#context, { retry });
  }
}
