import type { AuthorizationLookup } from '../../influxdb/lookup.ts';
import type { SecretDescription, SecretVersion } from '../../secrets-manager/secret.ts';
import type { SecretContent } from '../document/secret-content.ts';

/** One more thing that the planner must see before it can decide. An idle consumer needs none. */
export type Question =
  | { readonly kind: 'description' }
  | { readonly kind: 'version'; readonly stage: 'AWSPREVIOUS' | 'AWSPENDING' }
  | { readonly kind: 'authorization'; readonly id: string };

/** A labelled version, and what it holds. */
export interface SeenVersion extends Pick<SecretVersion, 'versionId' | 'createdAt'> {
  readonly content: SecretContent;
}

/** What answers each kind of question. */
export interface AnswerTo {
  /** Undefined: there is no such secret. */
  readonly description: SecretDescription | undefined;
  /** Undefined: no version has this label. */
  readonly version: SeenVersion | undefined;
  readonly authorization: AuthorizationLookup;
}

/** Control flow: a rule needs something that has not been read yet. `plan` catches it. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
  readonly question: Question;

  constructor(question: Question) {
    super(`unanswered: ${question.kind}`);
    this.question = question;
  }
}

/**
 * What was read for one consumer beyond the batch and the lists. The planner asks as it goes, so that it pays only for
 * what its decision needs: a question without an answer makes `plan` return the question instead of a decision.
 */
export class Answers {
  readonly #known = new Map<string, unknown>();

  note<Kind extends Question['kind']>(question: Question & { readonly kind: Kind }, answer: AnswerTo[Kind]): void {
    this.#known.set(keyOf(question), answer);
  }

  description(): AnswerTo['description'] {
    return this.#get({ kind: 'description' });
  }

  /** The description, if anything asked for it. */
  knownDescription(): SecretDescription | undefined | 'unasked' {
    return this.#known.has('description') ? this.description() : 'unasked';
  }

  version(stage: 'AWSPREVIOUS' | 'AWSPENDING'): AnswerTo['version'] {
    return this.#get({ kind: 'version', stage });
  }

  authorization(id: string): AnswerTo['authorization'] {
    return this.#get({ kind: 'authorization', id });
  }

  #get<Kind extends Question['kind']>(question: Question & { readonly kind: Kind }): AnswerTo[Kind] {
    const key = keyOf(question);
    if (!this.#known.has(key)) throw new Unanswered(question);
    return this.#known.get(key) as AnswerTo[Kind];
  }
}

function keyOf(question: Question): string {
  switch (question.kind) {
    case 'description':
      return 'description';
    case 'version':
      return `version ${question.stage}`;
    case 'authorization':
      return `authorization ${question.id}`;
  }
}
