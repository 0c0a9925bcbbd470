import type { Token } from '../../lambda/evidence/deed.ts';
import type { IntentRecord } from '../../lambda/evidence/record.ts';
import type { TokenLife } from './consumer.ts';
import { iso, type Material, type SeenDeed } from './material.ts';

/** The tokens of one consumer at one moment, as a record or the function showed them. */
export interface Sight {
  readonly consumer: string;
  readonly at: number;
  readonly tokens: readonly Token[];
}

type Growing = { -readonly [Key in keyof TokenLife]: TokenLife[Key] };

/**
 * What became of each token of a consumer. Those that were gone before the period began are left out.
 * @param deeds all of the consumer's, in order.
 * @param sights all of the consumer's, in order.
 * @param intents all of the consumer's, in order.
 */
export function livesOf(
  deeds: readonly SeenDeed[],
  sights: readonly Sight[],
  intents: readonly IntentRecord[],
  { from, to }: Pick<Material, 'from' | 'to'>,
): TokenLife[] {
  const lives = new Map<string, Growing>();
  const lifeOf = (authorizationId: string): Growing => {
    const known = lives.get(authorizationId);
    if (known !== undefined) return known;
    const begun: Growing = { authorizationId, role: 'pending', status: 'unknown', isReconstructed: false, records: [] };
    lives.set(authorizationId, begun);
    return begun;
  };
  for (const { tokens } of sights) for (const token of tokens) addSight(lifeOf(token.authorizationId), token);
  // A second pass: what a record says was done is more exact than what a look shows.
  let current: Growing | undefined;
  for (const seen of deeds) {
    const { authorizationId, what } = seen.deed;
    if (authorizationId === undefined) continue;
    const life = lifeOf(authorizationId);
    addDeed(life, seen);
    if (what !== 'promoted') continue;
    if (current !== undefined && current !== life) current.currentTo = iso(seen.at);
    current = life;
  }
  for (const intent of intents) addIntent(lifeOf(intent.authorizationId), intent);
  markGone(lives, sights.at(-1));
  return [...lives.values()].filter((life) => isOfPeriod(life, from, to)).sort(byBirth);
}

function addSight(life: Growing, token: Token): void {
  const { role, status, mintedAt, supersededAt, inactiveSince, endsAt, overdueAt } = token;
  Object.assign(life, { role, status });
  if (mintedAt !== undefined) life.mintedAt ??= mintedAt;
  if (supersededAt !== undefined) life.currentTo ??= supersededAt;
  if (inactiveSince !== undefined) life.offAt ??= inactiveSince;
  if (overdueAt !== undefined) life.overdueAt = overdueAt;
  if (endsAt !== undefined) life[status === 'inactive' ? 'keptUntil' : 'graceUntil'] = endsAt;
}

const TIMES = {
  minted: 'mintedAt',
  promoted: 'currentFrom',
  'switched-off': 'offAt',
  deleted: 'deletedAt',
  refused: 'refusedAt',
} as const;

function addDeed(life: Growing, { deed, at, isExact, number }: SeenDeed): void {
  const { what, granted, probes, status, reason, reconstructed } = deed;
  if (number !== undefined && life.records.at(-1) !== number) life.records.push(number);
  if (reconstructed === true) life.isReconstructed = true;
  if (granted !== undefined) life.granted = granted;
  if (probes !== undefined) life.probes = probes;
  if (what === 'refused' && status !== undefined) life.refusedWith = status;
  if (what === 'not-refused') life.notRefused = reason ?? 'it could not be shown';
  if (what === 'deleted') life.status = 'gone';
  if (what === 'reactivated') delete life.offAt;
  if (!isTimed(what)) return;
  const name = TIMES[what];
  if (what === 'promoted' && life.currentFrom !== undefined) {
    becomesCurrentAgain(life);
    return;
  }
  life[name] = iso(at);
  if (!isExact) life.atLatest = [...(life.atLatest ?? []), name];
}

/** By a rollback: it is current from the first time on, as far as one time can say. */
function becomesCurrentAgain(life: Growing): void {
  delete life.currentTo;
  delete life.graceUntil;
}

function addIntent(life: Growing, { at, number }: IntentRecord): void {
  life.intendedAt ??= at;
  life.records = [...life.records, number].sort((one, other) => one - other);
}

function isTimed(what: string): what is keyof typeof TIMES {
  return Object.hasOwn(TIMES, what);
}

/** Of a token that the last look does not show any more nobody may say that it lives. */
function markGone(lives: ReadonlyMap<string, Growing>, last: Sight | undefined): void {
  if (last === undefined) return;
  const seen = new Set(last.tokens.map(({ authorizationId }) => authorizationId));
  for (const life of lives.values()) {
    const isYounger = life.mintedAt !== undefined && Date.parse(life.mintedAt) > last.at;
    if (!seen.has(life.authorizationId) && !isYounger) life.status = 'gone';
  }
}

function isOfPeriod({ mintedAt, deletedAt, currentTo, status }: TokenLife, from: number, to: number): boolean {
  const end = deletedAt ?? (status === 'gone' ? currentTo : undefined);
  return (mintedAt === undefined || Date.parse(mintedAt) < to) && (end === undefined || Date.parse(end) >= from);
}

function byBirth(one: TokenLife, other: TokenLife): number {
  return (one.mintedAt ?? '').localeCompare(other.mintedAt ?? '');
}
