import type { Readable } from 'node:stream';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { CallContext } from '../calls/call.ts';
import { S3 } from '../s3/s3.ts';
import { firstIn } from './file-name.ts';
import { MOST_BYTES, TOO_GREAT, textOf } from './file-text.ts';
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
  readonly #s3: S3;
  readonly #bucket: string;
  /** What the names of all files of the deployment begin with. */
  readonly #prefix: string;

  constructor(options: S3StoreOptions) {
    const { bucket, prefix = '', deployment, client } = options;
    this.place = `s3://${bucket}/${prefix}`;
    this.#bucket = bucket;
    this.#prefix = `${prefix}${deployment}/`;
    this.#s3 = new S3(options, { followRegionRedirects: true, ...client });
  }

  close(): void {
    this.#s3.close();
  }

  async list(most = Number.POSITIVE_INFINITY): Promise<readonly string[]> {
    const names: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.#s3.list({
        Bucket: this.#bucket,
        Prefix: this.#prefix,
        MaxKeys: Math.min(most, MOST_KEYS),
        ContinuationToken: token,
      });
      const found = (page.Contents ?? []).map(({ Key = '' }) => Key.slice(this.#prefix.length));
      names.push(...found.filter((name) => firstIn(name) !== undefined));
      token = page.NextContinuationToken;
    } while (token !== undefined && names.length < most);
    return names.slice(0, most);
  }

  read(name: string): Promise<string | undefined> {
    return this.#s3.get(this.#bucket, `${this.#prefix}${name}`, async ({ Body, ContentLength = 0 }) => {
      if (ContentLength > MOST_BYTES) {
        (Body as Readable | undefined)?.destroy();
        return TOO_GREAT;
      }
      return textOf((await Body?.transformToByteArray()) ?? Buffer.of());
    });
  }

  add(name: string, text: string): Promise<boolean> {
    return this.#s3.put({
      Bucket: this.#bucket,
      Key: `${this.#prefix}${name}`,
      Body: text,
      ContentType: 'application/jsonl',
      IfNoneMatch: '*',
    });
  }
}
