import { readSecretContent } from '../document/secret-content.ts';
import type { Answers, Question } from './question.ts';
import type { ReadingInfluxdb, ReadingStore } from './reads.ts';

/** Where the answers about one consumer come from. */
export interface Sources {
  readonly influxdb: ReadingInfluxdb;
  readonly store: ReadingStore;
  readonly secretId: string;
  readonly tokenKey: string;
}

/** Reads what the planner asked for, with one call, and notes it. */
export async function answer(answers: Answers, question: Question, sources: Sources): Promise<void> {
  const { influxdb, store, secretId, tokenKey } = sources;
  switch (question.kind) {
    case 'description':
      return answers.note(question, await store.describe(secretId));
    case 'version': {
      const version = await store.readVersion(secretId, { stage: question.stage });
      if (version === undefined) return answers.note(question, undefined);
      const { versionId, createdAt, text } = version;
      return answers.note(question, { versionId, createdAt, content: readSecretContent(text, versionId, tokenKey) });
    }
    case 'authorization':
      return answers.note(question, await influxdb.lookUp(question.id));
  }
}
