import type { ConsumerFile } from '../../lambda/config/file/schema.ts';
import { nearest } from '../../lambda/config/nearest.ts';
import { UsageError } from '../function/rotator.ts';
import { CONSUMER_SYNTAX } from './usual.ts';

/** A consumer as it is typed: what is left out has a usual value. */
export type TypedConsumer = Pick<ConsumerFile, 'name' | 'owner' | 'access' | 'adopt' | 'read' | 'write'> & {
  readonly secret?: string;
};

const SINGLE = ['secret', 'owner', 'access', 'adopt'] as const;
const SEVERAL = ['read', 'write'] as const;
const KEYS: readonly string[] = [...SEVERAL, ...SINGLE];

/**
 * `telegraf,write=telemetry,read=events`: its name, and keys of the configuration. A key of a list may stand again.
 * @throws {UsageError} that says what is wrong, and how it is written.
 */
export function typedConsumer(text: string): TypedConsumer {
  const [name = '', ...parts] = text.split(',').map((part) => part.trim());
  if (name === '' || name.includes('=')) throw wrong(text, 'begins with no name');
  const lists: Record<string, string[]> = {};
  const values: Record<string, string> = {};
  for (const part of parts) {
    const [, key = '', value = ''] = /^([^=]*)=([\s\S]*)$/.exec(part) ?? [undefined, part];
    if (!KEYS.includes(key)) throw wrong(text, `has the part "${part}", which ${unknown(key)}`);
    if (value === '') throw wrong(text, `has no value after "${key}="`);
    if ((SEVERAL as readonly string[]).includes(key)) lists[key] = [...(lists[key] ?? []), value];
    else if (values[key] !== undefined) throw wrong(text, `has "${key}=" twice`);
    else values[key] = value;
  }
  return { name, ...values, ...lists } as TypedConsumer;
}

function unknown(key: string): string {
  const near = nearest(key, KEYS);
  return `begins with none of ${KEYS.map((each) => `${each}=`).join(', ')}${near === undefined ? '' : `: did you mean "${near}="?`}`;
}

function wrong(text: string, what: string): UsageError {
  return new UsageError(`--consumer "${text}" ${what}: write it like ${CONSUMER_SYNTAX}`);
}
