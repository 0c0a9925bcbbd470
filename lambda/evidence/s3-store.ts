import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { type CallContext, type CallOptions, call } from '../calls/call.ts';
import { connectingWithin } from '../secrets-manager/connecting.ts';
import { firstIn } from './file-name.ts';
import { MOST_BYTES, TOO_GREAT, textOf } from './file-text.ts';
import { isTaken, type S3Call, toS3Error } from './s3-failure.ts';
import type { EvidenceStore } from './store.ts';

export interface S3StoreOptions extends CallContext {
  readonly bucket: string;
  /** @default that no prefix stands before the deployment's name */
  readonly prefix: string | undefined;
  readonly deployment: string;
  /** @default the environment's Region, credentials and endpoint */
  readonly client?: S3ClientConfig | undefined;
}

/** One page of a list has no more. */
const MOST_KEYS = 1000;

/** Evidence in an S3 bucket. Two runs cannot write the same file, because S3 takes it only if there is none of its name. */
export class S3Store implements EvidenceStore {
  readonly place: string;
  readonly #options: S3StoreOptions;
  readonly #client: S3Client;
  /** What the names of all files of the deployment begin with. */
  readonly #prefix: string;

  constructor(options: S3StoreOptions) {
    const { bucket, prefix = '', deployment, limits } = options;
    this.place = `s3://${bucket}/${prefix}`;
    this.#options = options;
    this.#prefix = `${prefix}${deployment}/`;
    this.#client = new S3Client({
      requestHandler: connectingWithin(limits.callTimeoutMs),
      followRegionRedirects: true,
      ...options.client,
      maxAttempts: 1,
    });
  }

  close(): void {
    this.#client.destroy();
  }

  async list(most = Number.POSITIVE_INFINITY): Promise<readonly string[]> {
    const names: string[] = [];
    let token: string | undefined;
    do {
      const command = { Bucket: this.#options.bucket, Prefix: this.#prefix, MaxKeys: Math.min(most, MOST_KEYS) };
      const page = await this.#call('ListObjectsV2', this.#prefix, 'read', (abortSignal) =>
        this.#client.send(new ListObjectsV2Command({ ...command, ContinuationToken: token }), { abortSignal }),
      );
      const found = (page.Contents ?? []).map(({ Key = '' }) => Key.slice(this.#prefix.length));
      names.push(...found.filter((name) => firstIn(name) !== undefined));
      token = page.NextContinuationToken;
    } while (token !== undefined && names.length < most);
    return names.slice(0, most);
  }

  async read(name: string): Promise<string | undefined> {
    const Key = `${this.#prefix}${name}`;
    return this.#call('GetObject', Key, 'read', async (abortSignal) => {
      try {
        const command = new GetObjectCommand({ Bucket: this.#options.bucket, Key });
        const { Body, ContentLength = 0 } = await this.#client.send(command, { abortSignal });
        if (ContentLength > MOST_BYTES) {
          (Body as Readable | undefined)?.destroy();
          return TOO_GREAT;
        }
        return textOf((await Body?.transformToByteArray()) ?? Buffer.of());
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    });
  }

  async add(name: string, text: string): Promise<boolean> {
    const Key = `${this.#prefix}${name}`;
    const command = {
      Bucket: this.#options.bucket,
      Key,
      Body: text,
      ContentType: 'application/jsonl',
      IfNoneMatch: '*',
    };
    return this.#call('PutObject', Key, 'single-effect', async (abortSignal) => {
      try {
        await this.#client.send(new PutObjectCommand(command), { abortSignal });
        return true;
      } catch (error) {
        if (isTaken(error)) return false;
        throw error;
      }
    });
  }

  #call<T>(
    operation: S3Call['operation'],
    key: string,
    retry: CallOptions['retry'],
    attempt: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { bucket } = this.#options;
    const inOurWords = (error: unknown) => {
      throw toS3Error({ operation, bucket, key }, error);
    };
    return call((signal) => attempt(signal).catch(inOurWords), this.#options, { retry });
  }
}
