import type { Authorization } from '../../influxdb/authorization.ts';
import type { RotationDocument } from '../document/document.ts';
import { namesById } from '../observe/existence.ts';
import type { MarkedRow } from '../observe/listing.ts';
import { isForced, rotationAsked } from './asked.ts';
import { canariesFirst } from './canaries.ts';
import type { Obstacle } from './decision.ts';
import type { Facts } from './facts.ts';
import { nameUnresolved } from './name-unresolved.ts';
import { isYoung, knownIds, youngUntil } from './next-ledger.ts';
import { ownRightMissing } from './own-advice.ts';
import { refusedLately } from './refusal-notes.ts';
import type { NextLedger } from './steps.ts';
import { unwritable } from './unwritable.ts';
import { frozen, outsideWindow } from './when.ts';

/** A new token that a rule wants: what the guards look at. What costs a look is asked for only by the guard that needs it. */
export interface WantedMint {
  /** Every authorization that is this consumer's by its marker. */
  readonly marked: readonly MarkedRow[];
  /** What the secret's value names; undefined where it has no document of this consumer's. */
  readonly document: RotationDocument | undefined;
  /** Other live tokens that stand in the way of this mint. */
  readonly others: () => Obstacle | undefined;
  readonly ledger: () => NextLedger;
  /** The working token that it replaces, where there is one. */
  readonly replaces?: Authorization;
}

type Guard = (facts: Facts, wanted: WantedMint) => Obstacle | undefined;

/**
 * Why no new token may be made now: the first that has something to say is the one that is shown. What must be fixed
 * comes before what ends by itself, unless it takes a call that the others spare.
 */
const GUARDS = {
  // Whoever wants an older token back does not want a new one.
  asked: ({ asked, settings: { secret } }) =>
    asked === undefined || asked.command.action === 'rotate'
      ? undefined
      : { state: 'failed', reason: { code: 'NO_OLDER_TOKEN', secret } },
  secretAsSeen: (facts, { others }) => {
    const obstacle = facts.answers.knownDescription() === 'unasked' ? undefined : unwritable(facts);
    if (obstacle?.reason.code !== 'ROTATED_BY_SERVICE') return obstacle;
    // Then the step of Secrets Manager is refused, too, and only a person can help.
    const other = others();
    return other?.state === 'blocked' ? other : (unresolved(facts) ?? obstacle);
  },
  // Whoever asks for a token now has seen to what refused the last one.
  refusedLately: (facts, wanted) => (rotationAsked(facts) === undefined ? refusedLately(facts, wanted) : undefined),
  // A person decided it, so nothing else counts meanwhile, unless an operator insists.
  frozen: (facts) => (isForced(facts) ? undefined : frozen(facts)),
  young: (facts, wanted) => {
    const young = youngRow(facts, wanted);
    if (young === undefined) return undefined;
    const until = youngUntil(young, facts);
    return { state: 'waiting', reason: { code: 'TOO_YOUNG', authorizationId: young.row.id, until } };
  },
  others: (_facts, { others }) => others(),
  names: unresolved,
  ownRights: ownRightMissing,
  // A stale copy of the server looks as if everybody's token were missing.
  mass: ({ tooManyMissing, asked }) =>
    tooManyMissing === undefined || isForced({ asked })
      ? undefined
      : { state: 'blocked', reason: { code: 'TOO_MANY_MISSING', ...tooManyMissing } },
  window: outsideWindow,
  canaries: canariesFirst,
  secret: unwritable,
  // A clock that is wrong would write down a wrong time from which older tokens are superseded.
  clocks: ({ clocks }, { ledger }) =>
    clocks.kind === 'disagree' && ledger().added.length > 0
      ? { state: 'waiting', reason: { code: 'CLOCKS_DISAGREE', detail: clocks.detail } }
      : undefined,
  // InfluxDB makes a token for a bucket that was deleted, and refuses it.
  ids: ({ answers, settings }) => {
    const problem = namesById(settings) ? answers.absent() : undefined;
    return problem === undefined ? undefined : { state: 'failed', reason: nameUnresolved(problem) };
  },
} satisfies Readonly<Record<string, Guard>>;

function unresolved({ target }: Facts): Obstacle | undefined {
  return target.kind === 'resolved' ? undefined : { state: 'failed', reason: nameUnresolved(target) };
}

type GuardName = keyof typeof GUARDS;

/** What the configuration lets wait: only what works. */
const BY_PLAN = ['frozen', 'window', 'canaries'] as const satisfies readonly GuardName[];

/** The occasions of a mint, and the guards that each of them skips. */
export const SKIPPED_BY = {
  /** The token works, and is replaced by the rules of the configuration. */
  scheduled: ['mass'],
  /** The secret holds no token of ours. */
  first: ['mass', ...BY_PLAN],
  /** The consumer has no access now. */
  missing: ['young', 'others', 'clocks', ...BY_PLAN],
  /** A label was moved back by hand to a token that does not work. */
  'rolled-back': ['others', 'clocks', 'mass', ...BY_PLAN],
  /** The token works, but not under the key that applications read. */
  'no-key': ['others', 'clocks', 'mass', ...BY_PLAN],
  /** The copy that was to be made turned out to hold a token that does not work. */
  'copy-failed': ['young', 'others', 'clocks', 'mass', ...BY_PLAN],
  /** An operator wants a new token now. */
  requested: ['mass', 'window', 'canaries'],
  /** The current token leaked. */
  compromised: ['young', 'others', 'clocks', 'mass', ...BY_PLAN],
} as const satisfies Readonly<Record<string, readonly GuardName[]>>;

export type Occasion = keyof typeof SKIPPED_BY;

/** What keeps this run from the mint; undefined if nothing does. */
export function obstacleTo(facts: Facts, wanted: WantedMint, occasion: Occasion): Obstacle | undefined {
  const skipped: readonly string[] = SKIPPED_BY[occasion];
  for (const [name, guard] of Object.entries<Guard>(GUARDS)) {
    const obstacle = skipped.includes(name) ? undefined : guard(facts, wanted);
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

/** A token that a run may be at work on. What the value names was promoted once, so no run is (docs/protocol.md, G2). */
export function youngRow(
  facts: Facts,
  { marked, document }: Pick<WantedMint, 'marked' | 'document'>,
): MarkedRow | undefined {
  const known = document === undefined ? new Set<string>() : knownIds(document);
  return marked.find((each) => !known.has(each.row.id) && isYoung(each, facts) && !isOfThisRotation(facts, each));
}

/** An earlier attempt of this very rotation left it, and its value is nowhere: the version that it was for is empty. */
function isOfThisRotation({ into }: Facts, { row, marker }: MarkedRow): boolean {
  return row.status === 'inactive' && marker.rotationId === into;
}
