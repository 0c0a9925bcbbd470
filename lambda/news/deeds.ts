import type { Configuration } from '../config/configuration.ts';
import { rotatedIn } from '../config/self.ts';
import type { ConsumerReport, RunReport, TokenReport } from '../engine/report/report.ts';

/** Something that was done in ordinary life. It changes no state that a person has to see to. */
export interface Deed {
  /** Of this deed, and of no other. */
  readonly id: string;
  readonly kind: 'rotated' | 'superseded' | 'retired';
  readonly consumer: string;
  readonly secret: string;
  /** Of `rotated`: the new token. Of the others: the one that it happened to. */
  readonly authorizationId: string;
  /** ISO 8601. */
  readonly at: string;
  /** Of a superseded one: until when it works at least. */
  readonly until?: string | undefined;
}

/**
 * What was done since a time, by this run, by a command, by the steps of Secrets Manager, or by a run that died: as the
 * tokens themselves show it. Pure.
 * @param since in milliseconds since the epoch.
 */
export function deedsIn({ consumers }: RunReport, configuration: Configuration, since: number): Deed[] {
  const retired = new Set(rotatedIn(configuration).flatMap(({ name, retired: is }) => (is ? [name] : [])));
  return consumers
    .flatMap((each) => (retired.has(each.consumer) ? endOf(each) : rotationOf(each)))
    .filter(({ at }) => Date.parse(at) >= since);
}

function rotationOf({ consumer, secret, tokens }: ConsumerReport): Deed[] {
  const of = { consumer, secret };
  const superseded = tokens.flatMap((token) => (token.role === 'superseded' ? deedsTo('superseded', token, of) : []));
  const current = tokens.find(({ role }) => role === 'current');
  if (current === undefined) return superseded;
  const lastAt = superseded.map(({ at }) => at).toSorted()[superseded.length - 1];
  // A token may be made long before it is promoted. What it replaced knows when that was.
  const at = lastAt ?? current.mintedAt;
  if (at === undefined) return superseded;
  const { authorizationId } = current;
  return [{ ...of, id: `rotated:${consumer}:${authorizationId}`, kind: 'rotated', authorizationId, at }, ...superseded];
}

function deedsTo(kind: 'superseded', token: TokenReport, of: Pick<Deed, 'consumer' | 'secret'>): Deed[] {
  const { authorizationId, supersededAt: at, endsAt: until } = token;
  return at === undefined
    ? []
    : [{ ...of, id: `${kind}:${of.consumer}:${authorizationId}`, kind, authorizationId, at, until }];
}

/** The last of its tokens that was switched off; nothing as long as one may work. */
function endOf({ consumer, secret, tokens, state }: ConsumerReport): Deed[] {
  if (state === 'not-attempted' || tokens.some(({ status }) => status === 'active' || status === 'unknown')) return [];
  const off = tokens.flatMap((token) =>
    token.inactiveSince === undefined ? [] : [{ ...token, at: token.inactiveSince }],
  );
  const [last] = off.toSorted((one, other) => other.at.localeCompare(one.at));
  if (last === undefined) return [];
  const { authorizationId, at } = last;
  return [{ id: `retired:${consumer}:${authorizationId}`, kind: 'retired', consumer, secret, authorizationId, at }];
}
