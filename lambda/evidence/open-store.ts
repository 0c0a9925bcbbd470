import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { CallContext } from '../calls/call.ts';
import type { EvidenceSettings } from '../config/evidence.ts';
import { FolderStore } from './folder-store.ts';
import { S3Store } from './s3-store.ts';
import type { EvidenceStore } from './store.ts';

export interface StoreOptions extends CallContext {
  readonly deployment: string;
  /** @default the environment's Region, credentials and endpoint */
  readonly s3?: S3ClientConfig | undefined;
}

/** A store, until it is closed. */
export interface OpenStore extends EvidenceStore {
  close(): void;
}

/** Where the configuration says that evidence is kept. */
export function openStore(settings: EvidenceSettings, { deployment, s3, ...calls }: StoreOptions): OpenStore {
  if ('folder' in settings) return new FolderStore(settings.folder, deployment);
  const { bucket, prefix } = settings;
  return new S3Store({ ...calls, bucket, prefix, deployment, client: s3 });
}
