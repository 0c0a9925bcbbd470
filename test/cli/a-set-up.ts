import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOnce } from '../../cli/run-once.ts';
import type { Action } from '../../lambda/requests/request.ts';
import { seenOf } from '../builders/in-this-process.ts';
import { CONSUMER, file, type Json } from '../lambda/config/a-file.ts';

/** What a configuration file holds: an object, a text that is none, or bytes. */
export type Content = Json | string | Uint8Array;

export interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A file that is gone with its folder. */
export class SetUp {
  readonly #folder = mkdtempSync(join(tmpdir(), 'set-up-'));
  readonly path = join(this.#folder, 'prod.json');

  write(content: Content): string {
    const isText = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(this.path, isText ? content : JSON.stringify(content));
    return this.path;
  }

  /** `npm start -- --config FILE --action ACTION`, or `--request REQUEST`, in this process. */
  async start(content: Content, asked?: Action | object): Promise<Ending> {
    const request = typeof asked === 'string' ? { action: asked } : asked;
    const { code, out, err } = await seenOf(() => runOnce(this.write(content), request));
    return { code, stdout: out, stderr: err };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** The text of a configuration, with one part of it replaced. */
export function text(part: string, by: string, more: Json = {}): string {
  const whole = JSON.stringify(file(more), undefined, 2);
  if (!whole.includes(part)) throw new Error(`the configuration has no ${part}`);
  return whole.replace(part, () => by);
}

export const arn = (name: string, region = 'eu-west-1', account = '123456789012') =>
  `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;

export const influxdb = (more: Json) => file({ influxdb: more });
export const consumer = (more: Json) => file({ consumer: more });
export const limits = (more: Json) => file({ limits: more });

/** A consumer that lacks a key. */
export function without(key: keyof typeof CONSUMER, more: Json): Json {
  const { [key]: _missing, ...rest } = CONSUMER;
  return file({ consumers: [{ ...rest, ...more }] });
}
