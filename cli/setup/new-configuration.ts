import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { applyEdits, modify } from 'jsonc-parser';
import type { ConfigurationFile, ConsumerFile } from '../../lambda/config/file/schema.ts';
import { ID } from '../../lambda/config/influxdb-id.ts';
import { parseUrl } from '../../lambda/config/url.ts';
import type { TypedConsumer } from './consumer-option.ts';

/** What a new configuration is made of. */
export interface Wanted {
  readonly url: string;
  readonly org: string;
  readonly deployment: string;
  readonly tokenSecret: string;
  /** Certificate of a private CA, in PEM. */
  readonly ca?: string | undefined;
  readonly consumers: readonly TypedConsumer[];
}

/** What is known of it so far. */
export type Known = { readonly [Key in keyof Wanted]?: Wanted[Key] | undefined } & Pick<Wanted, 'consumers'>;

/** @param file where it is to stand. */
export function newConfiguration(wanted: Wanted, file: string): ConfigurationFile {
  const { url, org, deployment, tokenSecret, ca, consumers } = wanted;
  return {
    $schema: schemaSeenFrom(file),
    deployment,
    influxdb: { url, ...(ID.test(org) ? { orgId: org } : { org }), tokenSecret, ...(ca !== undefined && { ca }) },
    consumers: consumers.map((consumer) => completed(consumer, wanted)),
  };
}

/** With the usual names of an owner and a secret, where none is given. */
export function completed(
  { name, secret, owner, ...rest }: TypedConsumer,
  { url, org }: Pick<Wanted, 'url' | 'org'>,
): ConsumerFile {
  const isCloud = URL.canParse(url) && parseUrl(url).isCloud;
  const usual = isCloud ? undefined : `svc-${name}`;
  const inForce = owner ?? usual;
  return {
    name,
    secret: secret ?? usualSecret(name, org),
    ...(inForce !== undefined && { owner: inForce }),
    ...rest,
  };
}

/** A name of Secrets Manager has few characters. */
export function usualSecret(name: string, org: string): string {
  return ID.test(org) || !/^[\w.+=@-]+$/.test(org) ? `influxdb/${name}` : `influxdb/${org}/${name}`;
}

/** As it is written into a file. */
export function textOf(file: ConfigurationFile): string {
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** The text of the file with these consumers at the end; whatever else it says stays as it is. */
export function withConsumers(before: string, consumers: readonly ConsumerFile[]): string {
  const layout = { isArrayInsertion: true, formattingOptions: { insertSpaces: true, tabSize: 2, eol: '\n' } };
  return consumers.reduce((text, each) => applyEdits(text, modify(text, ['consumers', -1], each, layout)), before);
}

const SCHEMA = 'rotation.schema.json';

/** Where an editor finds the schema of this package: beside the file, unless both are in one project. */
function schemaSeenFrom(file: string): string {
  const schema = schemaOf(import.meta.dirname ?? __dirname);
  const isHere = (path: string) => !relative(process.cwd(), resolve(path)).startsWith('..');
  const isNear = schema !== undefined && isHere(schema) && isHere(file);
  const path = isNear ? relative(dirname(resolve(file)), schema) : SCHEMA;
  return path.startsWith('..') ? path : `./${path}`;
}

function schemaOf(folder: string): string | undefined {
  const schema = join(folder, SCHEMA);
  if (existsSync(schema)) return schema;
  const above = dirname(folder);
  return above === folder ? undefined : schemaOf(above);
}
