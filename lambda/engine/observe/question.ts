import type { AuthorizationLookup } from '../../influxdb/lookup.ts';
import type { SecretDescription, SecretVersion } from '../../secrets-manager/secret.ts';
import type { SecretContent } from '../document/secret-content.ts';
import type { Absence } from './existence.ts';

/** One more thing that the planner must see before it can decide. An idle consumer needs none. */
export type Question =
  | { readonly kind: 'description' }
  | { readonly kind: 'version'; readonly stage: 'AWSPREVIOUS' | 'AWSPENDING' }
  /** One version by its id, which may have lost its last label. */
  | { readonly kind: 'stored'; readonly versionId: string }
  | { readonly kind: 'authorization'; readonly id: string }
  /** Does what the configuration names by id exist? */
  | { readonly kind: 'existence' }
  /** Whose token does this version hold, or the rotator sign in with? */
  | { readonly kind: 'owner'; readonly of: HeldAs };

/** Where a token is held whose owner is asked for. */
type HeldAs = 'AWSCURRENT' | 'AWSPREVIOUS' | 'rotator';

/** Authorizations that are looked up for one consumer at most: anybody who can write its secret can name hundreds. */
const MOST_LOOKED_UP = 20;

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
  readonly stored: SeenVersion | undefined;
  readonly authorization: AuthorizationLookup;
  /** What does not exist, and what to do about it; undefined where nothing is known to be missing. */
  readonly existence: Absence | undefined;
  /** A user's id; undefined where InfluxDB does not tell. */
  readonly owner: string | undefined;
}

/** Control flow: a rule needs something that has not been read yet. `plan` catches it. No error, which would trace its stack. */
export class Unanswered {
  readonly question: Question;

  constructor(question: Question) {
    this.question = question;
  }
}

/**
 * What was read for one consumer beyond the batch and the lists. The planner asks as it goes, so that it pays only for
 * what its decision needs: a question without an answer makes `plan` return the question instead of a decision.
 */
export class Answers {
  /** Only once something is asked for: an idle run makes one of these for each consumer, and asks nothing. */
  #known: Map<string, unknown> | undefined;
  #lookedUp = 0;

  note<Kind extends Question['kind']>(question: Question & { readonly kind: Kind }, answer: AnswerTo[Kind]): void {
    if (question.kind === 'authorization') this.#lookedUp += 1;
    this.#known ??= new Map();
    this.#known.set(keyOf(question), answer);
  }

  description(): AnswerTo['description'] {
    return this.#get({ kind: 'description' });
  }

  /** The description, if anything asked for it. */
  knownDescription(): SecretDescription | undefined | 'unasked' {
    return this.hasAsked({ kind: 'description' }) ? this.description() : 'unasked';
  }

  hasAsked(question: Question): boolean {
    return this.#known?.has(keyOf(question)) === true;
  }

  version(stage: 'AWSPREVIOUS' | 'AWSPENDING'): AnswerTo['version'] {
    return this.#get({ kind: 'version', stage });
  }

  stored(versionId: string): AnswerTo['stored'] {
    return this.#get({ kind: 'stored', versionId });
  }

  authorization(id: string): AnswerTo['authorization'] {
    if (!this.canLookUp(id)) return { kind: 'unseen', detail: `a run looks up no more than ${MOST_LOOKED_UP}` };
    return this.#get({ kind: 'authorization', id });
  }

  /** It was asked for, and may not be seen. */
  isUnseen(id: string): boolean {
    return this.#kindOf(id) === 'unseen';
  }

  /** It was asked for, and works for nobody any more. */
  isGone(id: string): boolean {
    const kind = this.#kindOf(id);
    return kind === 'gone' || kind === 'owner-gone';
  }

  #kindOf(id: string): AuthorizationLookup['kind'] | undefined {
    const key = keyOf({ kind: 'authorization', id });
    return (this.#known?.get(key) as AuthorizationLookup | undefined)?.kind;
  }

  /** False once so many were looked up that this one is not. */
  canLookUp(id: string): boolean {
    return this.#lookedUp < MOST_LOOKED_UP || this.#known?.has(keyOf({ kind: 'authorization', id })) === true;
  }

  /** What the configuration names by id, and InfluxDB does not have. */
  absent(): AnswerTo['existence'] {
    return this.#get({ kind: 'existence' });
  }

  owner(of: HeldAs): AnswerTo['owner'] {
    return this.#get({ kind: 'owner', of });
  }

  #get<Kind extends Question['kind']>(question: Question & { readonly kind: Kind }): AnswerTo[Kind] {
    const key = keyOf(question);
    if (!this.#known?.has(key)) throw new Unanswered(question);
    return this.#known.get(key) as AnswerTo[Kind];
  }
}

function keyOf(question: Question): string {
  switch (question.kind) {
    case 'description':
    case 'existence':
      return question.kind;
    case 'version':
      return `version ${question.stage}`;
    case 'stored':
      return `stored ${question.versionId}`;
    case 'authorization':
      return `authorization ${question.id}`;
    case 'owner':
      return `owner of ${question.of}`;
  }
}
