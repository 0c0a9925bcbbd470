import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  NoSuchKey,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { type CallContext, type CallOptions, call } from '../calls/call.ts';
import { connectingWithin } from '../secrets-manager/connecting.ts';
import { isTaken, type S3Call, toS3Error } from './failure.ts';

/** The calls to S3. Each is repeated like any call of ours, and fails with an `S3Error`. */
export class S3 {
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

  /** One page of the names in a bucket that begin with a prefix. */
  list(input: ListObjectsV2CommandInput & { Bucket: string; Prefix: string }): Promise<ListObjectsV2CommandOutput> {
    const about = { operation: 'ListObjectsV2', bucket: input.Bucket, key: input.Prefix } as const;
    return this.#call(about, 'read', (abortSignal) =>
      this.#client.send(new ListObjectsV2Command(input), { abortSignal }),
    );
  }

  /** What `take` makes of an object; undefined if there is none. */
  get<T>(bucket: string, key: string, take: (object: GetObjectCommandOutput) => Promise<T>): Promise<T | undefined> {
    return this.#call({ operation: 'GetObject', bucket, key }, 'read', async (abortSignal) => {
      try {
        return await take(await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal }));
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    });
  }

  /** @returns false if it was not written, because its condition does not hold. */
  put(input: PutObjectCommandInput & { Bucket: string; Key: string }): Promise<boolean> {
    const about = { operation: 'PutObject', bucket: input.Bucket, key: input.Key } as const;
    // The second of two attempts would be refused because of what the first wrote.
    const isConditional = input.IfMatch !== undefined || input.IfNoneMatch !== undefined;
    return this.#call(about, isConditional ? 'single-effect' : 'idempotent-write', async (abortSignal) => {
      try {
        await this.#client.send(new PutObjectCommand(input), { abortSignal });
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
