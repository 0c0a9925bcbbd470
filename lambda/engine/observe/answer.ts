import type { SecretVersion } from '../../secrets-manager/secret.ts';
import { readSecretContent } from '../document/secret-content.ts';
import type { Absence } from './existence.ts';
import type { Answers, Question, SeenVersion } from './question.ts';
import type { ReadingInfluxdb, ReadingStore } from './reads.ts';

/** Where the answers about one consumer come from. */
export interface Sources {
  readonly influxdb: ReadingInfluxdb;
  readonly store: ReadingStore;
  readonly secretId: string;
  readonly tokenKey: string;
  /** Looks whether what the configuration names by id exists. Missing where nothing asks for it. */
  readonly problemOfIds?: () => Promise<Absence | undefined>;
  /** The token that the secret holds now. */
  readonly token: string | undefined;
}

/** Reads what the planner asked for, and notes it: with one call, or one for each id of the configuration. */
export async function answer(answers: Answers, question: Question, sources: Sources): Promise<void> {
  const { influxdb, store, secretId, tokenKey } = sources;
  switch (question.kind) {
    case 'description':
      return answers.note(question, await store.describe(secretId));
    case 'version':
      return answers.note(question, seen(await store.readVersion(secretId, { stage: question.stage }), tokenKey));
    case 'stored':
      return answers.note(question, seen(await store.readVersion(secretId, question), tokenKey));
    case 'authorization':
      return answers.note(question, await influxdb.lookUp(question.id));
    case 'existence':
      return answers.note(question, await sources.problemOfIds?.());
    case 'owner': {
      if (question.of === 'rotator') return answers.note(question, await influxdb.rotatorsOwner());
      const token = question.of === 'AWSCURRENT' ? sources.token : answers.version('AWSPREVIOUS')?.content.token;
      return answers.note(question, token === undefined ? undefined : await influxdb.ownerOf(token));
    }
  }
}

function seen(version: SecretVersion | undefined, tokenKey: string): SeenVersion | undefined {
  if (version === undefined) return undefined;
  const { versionId, createdAt, text } = version;
  return { versionId, createdAt, content: readSecretContent(text, versionId, tokenKey) };
}
