import { redact } from '../../calls/redact.ts';
import { adoptedId } from '../../config/adopted.ts';
import type { Configuration } from '../../config/configuration.ts';
import { rotatedIn, SELF } from '../../config/self.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import { type MarkedRow, showsToken } from '../observe/listing.ts';
import type { Observation } from '../observe/observe.ts';
import { contentOf, fingerprintIn, type ObservedSecret } from '../observe/observed-secret.ts';
import { MOST_SHARERS } from '../observe/values-of-others.ts';
import { adoptedAsFarAsSeen, isPrivileged } from '../plan/adoption.ts';
import { listed } from '../plan/listed.ts';
import type { Reason } from '../plan/reason.ts';
import type { Planned } from './consumer-report.ts';

/** What nobody manages is reported in every run for as long as it lives (T5); never touched. */
export interface Unmanaged {
  readonly notices: readonly Reason[];
  /** Authorizations of the configured owners that nothing manages. */
  readonly count: number;
  /** Their ids, and the consumers that share a value; only as many as are listed. */
  readonly authorizationIds: readonly string[];
  readonly shared: readonly (readonly string[])[];
}

export const NOTHING_UNMANAGED: Unmanaged = { notices: [], count: 0, authorizationIds: [], shared: [] };

/** What was observed, and when. */
type Seen = Omit<Observation, 'values'> & { readonly now: number };

export function findUnmanaged(configuration: Configuration, observation: Seen, planned: readonly Planned[]): Unmanaged {
  const owners = configuredOwners(configuration, observation);
  const holders = holdersOf(observation.secrets);
  const handMade = findHandMade(observation, owners, adoptedBy(planned));
  const notices: Reason[] = [...findMarked(configuration, observation, owners), ...findShared(holders)];
  const { shown, more } = listed(handMade);
  for (const row of shown) {
    const { id, userId, description: text, status, createdAt } = row;
    const made = new Date(createdAt).toISOString();
    const description = redact(text);
    const consumers = showsToken(row) ? (holders.get(row.token) ?? []).slice(0, MOST_SHARERS + 1) : [];
    notices.push({
      code: 'UNMANAGED_TOKEN',
      authorizationId: id,
      userId,
      description,
      status,
      createdAt: made,
      consumers,
      ...(!showsToken(row) && isPrivileged(row.permissions) && { mayBeRotators: true }),
    });
  }
  if (more > 0) notices.push({ code: 'MORE_UNMANAGED', more });
  const shared = [...holders.values()].filter(({ length }) => length > 1);
  return {
    ...{ notices, count: handMade.length, authorizationIds: shown.map(({ id }) => id) },
    shared: listed(shared).shown.map((all) => listed(all).shown),
  };
}

/** Authorizations with this deployment's marker that belong to no configured consumer, or not to its secret. */
function findMarked(
  configuration: Configuration,
  { now, secrets, listing, protections }: Pick<Seen, 'now' | 'secrets' | 'listing' | 'protections'>,
  owners: ReadonlySet<string>,
): Reason[] {
  const fingerprints = new Map<string, string>();
  for (const [consumer, secret] of secrets) {
    const fingerprint = fingerprintIn(secret);
    if (fingerprint !== undefined) fingerprints.set(consumer, fingerprint);
  }
  const { deployment, limits } = configuration;
  const configured = new Set(rotatedIn(configuration).map(({ name }) => name));
  const ofDeployment = listing.marked().filter(({ marker }) => marker.deployment === deployment);
  // Anybody can copy a marker onto thousands of rows of their own, and invent consumers: these come last.
  const inOrder = (rows: readonly MarkedRow[]) =>
    rows.toSorted(
      ({ row: one }, { row: other }) =>
        Number(owners.has(other.userId)) - Number(owners.has(one.userId)) || one.createdAt - other.createdAt,
    );
  const notConfigured = inOrder(ofDeployment.filter(({ marker }) => !configured.has(marker.consumer)));
  const anotherSecret = inOrder(
    ofDeployment.filter(({ marker: { consumer, fingerprint } }) => {
      const own = fingerprints.get(consumer);
      return own !== undefined && own !== fingerprint;
    }),
  );
  // That of the rotator itself, which is rotated no more: what it signs in with needs no word.
  const isOwn = ({ marker }: MarkedRow) => marker.consumer === SELF;
  const uses = protections.against(SELF, 0);
  const own = notConfigured.filter((each) => isOwn(each) && !uses.inUse(each.row.id, each.marker.tokenHash));
  const groups = (code: StrayCode, rows: readonly MarkedRow[]) =>
    noticesOf(code, rows, { now, leaseMs: limits.leaseMs });
  return [
    ...(own.length === 0 ? [] : [{ code: 'OWN_TOKENS_LEFT', authorizationIds: own.map(({ row }) => row.id) } as const]),
    ...groups(
      'NOT_CONFIGURED',
      notConfigured.filter((each) => !isOwn(each)),
    ),
    ...groups('ANOTHER_SECRET', anotherSecret),
  ];
}

type StrayCode = 'NOT_CONFIGURED' | 'ANOTHER_SECRET';

/** One for each consumer. */
function noticesOf(
  code: StrayCode,
  rows: readonly MarkedRow[],
  { now, leaseMs }: { readonly now: number; readonly leaseMs: number },
): Reason[] {
  const byConsumer = Map.groupBy(rows, ({ marker }) => marker.consumer);
  const { shown, more } = listed([...byConsumer]);
  const notices = shown.map(([consumer, group]): Reason => {
    const authorizationIds = group.map(({ row }) => row.id);
    const until = Math.max(...group.map(({ row }) => row.createdAt)) + leaseMs;
    return { code, consumer, authorizationIds, ...(until > now && { until }) };
  });
  if (more === 0) return notices;
  const named = shown.reduce((sum, [, group]) => sum + group.length, 0);
  return [...notices, { code: 'MORE_CONSUMERS', consumers: more, authorizations: rows.length - named }];
}

/** What the configuration adopts: by its id, or what "auto" finds by the server's word. A ledger's word hides nothing. */
function adoptedBy(planned: readonly Planned[]): ReadonlySet<string | undefined> {
  return new Set(
    planned.flatMap(({ facts, outcome }) => {
      if (facts.settings.adopt !== 'auto') return adoptedId(facts.settings);
      const notes = outcome.kind === 'decision' ? outcome.notes : [];
      const id = adoptedAsFarAsSeen(facts)?.id;
      const refused = notes.some((note) => note.code === 'CANNOT_ADOPT' && note.authorizationId === id);
      return refused ? [] : id;
    }),
  );
}

/** On Cloud one user owns everything, the rotator's own token and people's included: nothing is said of these. */
function configuredOwners({ consumers }: Configuration, { owners }: Pick<Observation, 'owners'>): ReadonlySet<string> {
  return consumers.every(({ owner }) => owner === undefined) ? new Set() : owners;
}

function findHandMade(
  { listing, isRotators }: Pick<Observation, 'listing' | 'isRotators'>,
  owners: ReadonlySet<string>,
  adopted: ReadonlySet<string | undefined>,
): Authorization[] {
  const handMade = [...listing.rows()].filter(
    ({ id, userId }) => owners.has(userId) && !adopted.has(id) && listing.markerOf(id) === undefined,
  );
  return handMade.filter((row) => !(showsToken(row) && isRotators(row.token)));
}

/** The consumers whose secrets hold each token. */
function holdersOf(secrets: ReadonlyMap<string, ObservedSecret>): ReadonlyMap<string, readonly string[]> {
  const holders = new Map<string, string[]>();
  for (const [consumer, secret] of secrets) {
    const token = contentOf(secret)?.token;
    if (token === undefined || token === '') continue;
    const known = holders.get(token);
    if (known === undefined) holders.set(token, [consumer]);
    else known.push(consumer);
  }
  return holders;
}

/** Two applications with one token: neither can be rotated without the other. */
function findShared(holders: ReadonlyMap<string, readonly string[]>): Reason[] {
  return [...holders.values()]
    .filter(({ length }) => length > 1)
    .map((all) => {
      const { shown: consumers, more } = listed(all);
      return { code: 'SHARED_VALUE', consumers, ...(more > 0 && { more }) };
    });
}
