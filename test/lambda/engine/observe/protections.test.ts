import { describe, expect, it } from 'vitest';
import { type LedgerEntry, tokenHash } from '../../../../lambda/engine/document/document.ts';
import { markerHash } from '../../../../lambda/engine/document/marker.ts';
import { Listing } from '../../../../lambda/engine/observe/listing.ts';
import type { ObservedSecret } from '../../../../lambda/engine/observe/observed-secret.ts';
import { Protections } from '../../../../lambda/engine/observe/protections.ts';
import type { Authorization } from '../../../../lambda/influxdb/authorization.ts';
import { aConfiguration, aConsumer, DAY, HOUR, LIMITS } from '../../../builders/a-configuration.ts';
import {
  aDocument,
  anEntry,
  anObserved,
  aRow,
  aText,
  aValue,
  IDENTITY,
  NOW,
  versionOf,
} from '../../../builders/a-scenario.ts';

interface Secret {
  /** The authorization that its document names; none for a value without a document. */
  readonly names?: string;
  readonly token?: string;
  readonly superseded?: readonly LedgerEntry[];
  /** Another token was put beside the document by hand. */
  readonly foreign?: boolean;
  /** Milliseconds since the version was made. */
  readonly versionAge?: number;
}

/** The secrets by consumer; undefined for one that could not be read. */
type Secrets = Readonly<Record<string, Secret | undefined>>;

function secretOf(consumer: string, secret: Secret | undefined): ObservedSecret {
  if (secret === undefined) return { kind: 'unreadable', detail: 'access denied' };
  const { names, superseded = [], foreign = false, versionAge = 0 } = secret;
  const token = secret.token ?? `token-of-${consumer}`;
  const read = (text: string, versionId: string) => anObserved(aValue(text, versionId, versionAge), consumer);
  if (names === undefined) return read(JSON.stringify({ token }), versionOf(consumer));
  const identity = { ...IDENTITY, consumer };
  const document = aDocument({ authorizationId: names, identity, superseded, tokenHash: tokenHash(token) });
  return foreign ? read(aText(document, 'put by hand'), versionOf('hand')) : read(aText(document, token), document.id);
}

function protectionsIn(secrets: Secrets, rows: readonly Authorization[] = [], rotatorToken = 'rotator'): Protections {
  const consumers = Object.keys(secrets).map((name) => aConsumer({ name }));
  const read = new Map(Object.entries(secrets).map(([name, secret]) => [name, secretOf(name, secret)]));
  return new Protections(aConfiguration(consumers), read, new Listing(rows), rotatorToken);
}

const why = (protections: Protections, id: string, consumer = 'telegraf') => protections.against(consumer, NOW).of(id);
const CURRENT = 'it is the current one of consumer grafana';
const READERS = "consumer grafana's readers may still hold it";
const HELD = 'the secret of consumer grafana holds it';
const ROTATOR = "it is the rotator's own token: do not delete it";
const GRACE = LIMITS.leaseMs + DAY;

describe('an authorization is protected from a consumer while', () => {
  it.each<[string, Secrets, Parameters<typeof protectionsIn>[1], string | undefined]>([
    ['nobody else uses it', { grafana: { names: 'hers' } }, [], undefined],
    ['another consumer reads it as its current one', { grafana: { names: 'shared' } }, [], HELD],
    [
      'a document names it, though its token is nowhere',
      { grafana: { names: 'shared', foreign: true, token: 'token' } },
      [],
      undefined,
    ],
    [
      'another value holds its token, by the row',
      { grafana: { token: 'T' } },
      [{ ...aRow('shared'), token: 'T' }],
      HELD,
    ],
    [
      "another value holds its token, by a document's hash",
      { grafana: { token: 'T' }, telegraf: { names: 'shared', token: 'T' } },
      [],
      HELD,
    ],
    [
      "another value holds its token, by a ledger's hash",
      {
        grafana: { token: 'T' },
        telegraf: { superseded: [anEntry('shared', 0, { tokenHash: tokenHash('T') })], names: 'x' },
      },
      [],
      HELD,
    ],
    ['another value holds another token', { grafana: { token: 'T' } }, [{ ...aRow('shared'), token: 'U' }], undefined],
    ['its token is hidden, and so is that of a value', { grafana: { token: '' } }, [aRow('shared')], undefined],
    [
      'its token is redacted, and a value says so, too',
      { grafana: { token: 'redacted' } },
      [{ ...aRow('shared'), token: 'redacted' }],
      undefined,
    ],
    ['another secret cannot be read', { grafana: undefined }, [{ ...aRow('shared'), token: 'T' }], undefined],
  ])('%s', (_name, secrets, rows, reason) => {
    expect(why(protectionsIn(secrets, rows), 'shared')).toBe(reason);
  });

  it('it is one of several that had the token of another value', () => {
    const rows = ['shared', 'more'].map((id) => ({ ...aRow(id), token: 'T' }));
    const protections = protectionsIn({ grafana: { token: 'T' } }, rows);
    expect([why(protections, 'shared'), why(protections, 'more')]).toEqual([HELD, HELD]);
  });

  it('the value that names it holds no token under the configured key', () => {
    const text = aText(aDocument({ authorizationId: 'shared' })).replace('"token"', '"password"');
    const secrets = new Map([['grafana', anObserved(aValue(text, versionOf('shared')), 'grafana')]]);
    const configuration = aConfiguration([aConsumer({ name: 'grafana' })]);
    expect(why(new Protections(configuration, secrets, new Listing([]), 'rotator'), 'shared')).toBe(CURRENT);
  });

  it('the rotator itself uses it, and then from every consumer', () => {
    const rows = [{ ...aRow('own'), token: 'rotator' }];
    const protections = protectionsIn({ telegraf: { token: 'rotator' }, grafana: {} }, rows);
    expect(why(protections, 'own', 'telegraf')).toBe(ROTATOR);
    expect(why(protections, 'own', 'loader')).toBe(ROTATOR);
    expect(why(protections, 'own', 'grafana')).toBe(ROTATOR);
  });

  it("never by the consumer's own claim", () => {
    const protections = protectionsIn({ grafana: { names: 'hers', superseded: [anEntry('older', 0)] } });
    expect([why(protections, 'hers', 'grafana'), why(protections, 'older', 'grafana')]).toEqual([undefined, undefined]);
  });
});

describe("a token in another consumer's ledger is protected", () => {
  const readers = (ageMs: number, rest: Partial<LedgerEntry> = {}, versionAge = Math.max(0, ageMs)) => {
    const superseded = [anEntry('shared', ageMs, rest)];
    return why(protectionsIn({ grafana: { names: 'hers', superseded, versionAge } }), 'shared');
  };

  it.each([
    ['from the time when it was superseded', readers(0), READERS],
    ["until that consumer's grace period is over", readers(GRACE - 1), READERS],
    ['and no longer', readers(GRACE), undefined],
    ['but not where it leaked', readers(0, { compromised: true }), undefined],
    // Whoever can write a secret can write a time into it (T4).
    ['and for a time that lies ahead as if it were that of the version', readers(-300 * DAY, {}, 0), READERS],
    ['though as long as clocks may differ', readers(-300 * DAY, {}, GRACE + LIMITS.clockToleranceMs - 1), READERS],
    ['and by no more than that', readers(-300 * DAY, {}, GRACE + LIMITS.clockToleranceMs), undefined],
  ])('%s', (_name, reason, expected) => {
    expect(reason).toBe(expected);
  });

  it('by the last claim that still counts', () => {
    const superseded = [anEntry('shared', GRACE)];
    expect(why(protectionsIn({ grafana: { names: 'shared', superseded, token: 'T' } }), 'shared')).toBe(HELD);
    const both = { grafana: { names: 'x', superseded: [anEntry('shared', 0)] }, loader: { names: 'y', superseded } };
    expect(why(protectionsIn(both), 'shared')).toBe(READERS);
  });
});

describe('an authorization must not be ended now (T2)', () => {
  const inUse = (
    secrets: Secrets,
    { rows = [], hash, retired }: { rows?: readonly Authorization[]; hash?: string; retired?: boolean } = {},
  ) => protectionsIn(secrets, rows).against('telegraf', NOW, retired).inUse('it', hash)?.why;
  const OWN = 'the secret of consumer telegraf holds it';
  const shown = [{ ...aRow('it'), token: 'T' }];
  const byRotator = [{ ...aRow('it'), token: 'rotator' }];

  it.each<[string, string | undefined, string | undefined]>([
    ["that is the consumer's own current one, by its id", inUse({ telegraf: { names: 'it' } }), OWN],
    [
      'that is named where its value is under another key',
      inUse({ telegraf: { names: 'it', foreign: true, token: 'T' } }),
      undefined,
    ],
    ['whose value the consumer holds, by the row', inUse({ telegraf: { token: 'T' } }, { rows: shown }), OWN],
    [
      'whose value the consumer holds, by the hash in its marker, whatever id the document names',
      inUse({ telegraf: { names: 'another', token: 'T' } }, { hash: markerHash('T') }),
      OWN,
    ],
    [
      'whose value another holds, by the hash in its marker',
      inUse({ telegraf: {}, grafana: { token: 'T' } }, { hash: markerHash('T') }),
      HELD,
    ],
    ['that the rotator signs in with, by the row', inUse({ telegraf: {} }, { rows: byRotator }), ROTATOR],
    [
      'that the rotator signs in with, by the hash in its marker',
      inUse({ telegraf: {} }, { hash: markerHash('rotator') }),
      ROTATOR,
    ],
    ['whose hash is that of nothing in use', inUse({ telegraf: { token: 'T' } }, { hash: markerHash('U') }), undefined],
    ['without a hash', inUse({ telegraf: { token: 'T' } }), undefined],
    [
      "that another's readers may still hold",
      inUse({ telegraf: {}, grafana: { names: 'x', superseded: [anEntry('it', 0)] } }),
      READERS,
    ],
    [
      "that only the consumer's own readers may",
      inUse({ telegraf: { names: 'x', superseded: [anEntry('it', 0)] } }),
      undefined,
    ],
  ])('one %s', (_name, reason, expected) => {
    expect(reason).toBe(expected);
  });

  it.each<[string, string | undefined, string | undefined]>([
    ['its own current one, by id', inUse({ telegraf: { names: 'it' } }, { retired: true }), undefined],
    ['its own, by hash', inUse({ telegraf: { token: 'T' } }, { hash: markerHash('T'), retired: true }), undefined],
    ['that of another', inUse({ telegraf: { names: 'it' }, grafana: { names: 'it' } }, { retired: true }), HELD],
    ["the rotator's", inUse({ telegraf: { token: 'rotator' } }, { rows: byRotator, retired: true }), ROTATOR],
  ])('a consumer that is retired ends %s, if nobody else uses it', (_name, reason, expected) => {
    expect(reason).toBe(expected);
  });

  it('until then, where that is known: until the last claim ends', () => {
    const until = (secrets: Secrets) => protectionsIn(secrets).against('telegraf', NOW).inUse('it', undefined)?.until;
    const cachedSince = (age: number) => ({ names: 'x', superseded: [anEntry('it', age)] });
    const two = { grafana: cachedSince(HOUR), loader: cachedSince(2 * HOUR) };
    expect(until(two)).toBe(NOW - HOUR + GRACE);
    expect(until({ ...two, telegraf: { names: 'it' } })).toBeUndefined();
  });

  it("one that only this consumer uses is nobody else's", () => {
    const protections = protectionsIn({ telegraf: { names: 'it', token: 'T' } }, shown);
    expect(why(protections, 'it')).toBeUndefined();
  });
});

/** How many entries are put into maps, sets and lists by growing them. */
function entriesMade(act: () => void): number {
  let made = 0;
  const { set } = Map.prototype;
  const { add } = Set.prototype;
  const { push } = Array.prototype;
  Map.prototype.set = function (...entry) {
    made += 1;
    return set.apply(this, entry);
  };
  Set.prototype.add = function (...entry) {
    made += 1;
    return add.apply(this, entry);
  };
  Array.prototype.push = function (...entries) {
    made += entries.length;
    return push.apply(this, entries);
  };
  try {
    act();
  } finally {
    Object.assign(Map.prototype, { set });
    Object.assign(Set.prototype, { add });
    Object.assign(Array.prototype, { push });
  }
  return made;
}

it('nothing grows with the square of the consumers', () => {
  const made = (count: number) => {
    const names = Array.from({ length: count }, (_, index) => `consumer-${index}`);
    const configuration = aConfiguration(names.map((name) => aConsumer({ name })));
    const secrets = new Map(
      names.map((name) => [name, secretOf(name, { names: name, superseded: [anEntry(`${name}-old`, 0)] })]),
    );
    const listing = new Listing(names.map((name) => aRow(name)));
    return entriesMade(() => {
      const protections = new Protections(configuration, secrets, listing, 'rotator');
      for (const name of names) {
        const seen = protections.against(name, NOW);
        for (const id of names.slice(0, 3)) {
          seen.of(id);
          seen.inUse(id, markerHash(id));
        }
      }
    });
  };
  const ofTen = made(20) - made(10);
  expect(ofTen).toBeGreaterThan(10);
  expect(made(310) - made(300)).toBe(ofTen);
});
