import { describe, expect, it } from 'vitest';
import { type LedgerEntry, tokenHash } from '../../../../lambda/engine/document/document.ts';
import { readSecretContent, type SecretContent } from '../../../../lambda/engine/document/secret-content.ts';
import { Listing } from '../../../../lambda/engine/observe/listing.ts';
import { Protections } from '../../../../lambda/engine/observe/protections.ts';
import type { Authorization } from '../../../../lambda/influxdb/authorization.ts';
import { aConfiguration, aConsumer, DAY, LIMITS } from '../../../builders/a-configuration.ts';
import { aDocument, anEntry, aRow, aText, IDENTITY, NOW, versionOf } from '../../../builders/a-scenario.ts';

interface Secret {
  /** The authorization that its document names; none for a value without a document. */
  readonly names?: string;
  readonly token?: string;
  readonly superseded?: readonly LedgerEntry[];
  /** Another token was put beside the document by hand. */
  readonly foreign?: boolean;
}

/** The secrets by consumer; undefined for one that could not be read. */
type Secrets = Readonly<Record<string, Secret | undefined>>;

function contentOf(consumer: string, secret: Secret | undefined): SecretContent | undefined {
  if (secret === undefined) return undefined;
  const { names, superseded = [], foreign = false } = secret;
  const token = secret.token ?? `token-of-${consumer}`;
  if (names === undefined) return readSecretContent(JSON.stringify({ token }), versionOf(consumer), 'token');
  const identity = { ...IDENTITY, consumer };
  const document = aDocument({ authorizationId: names, identity, superseded, tokenHash: tokenHash(token) });
  return foreign
    ? readSecretContent(aText(document, 'put by hand'), versionOf('hand'), 'token')
    : readSecretContent(aText(document, token), document.id, 'token');
}

function protectionsIn(secrets: Secrets, rows: readonly Authorization[] = [], rotatorToken = 'rotator'): Protections {
  const consumers = Object.keys(secrets).map((name) => aConsumer({ name }));
  const contents = new Map(Object.entries(secrets).map(([name, secret]) => [name, contentOf(name, secret)]));
  return new Protections(aConfiguration(consumers), contents, new Listing(rows), rotatorToken);
}

const why = (protections: Protections, id: string, consumer = 'telegraf') => protections.against(consumer, NOW).of(id);
const CURRENT = 'it is the current one of consumer grafana';
const READERS = "consumer grafana's readers may still hold it";
const HELD = 'the secret of consumer grafana holds it';
const ROTATOR = 'the rotator itself uses it';

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
    const contents = new Map([['grafana', readSecretContent(text, versionOf('shared'), 'token')]]);
    const configuration = aConfiguration([aConsumer({ name: 'grafana' })]);
    expect(why(new Protections(configuration, contents, new Listing([]), 'rotator'), 'shared')).toBe(CURRENT);
  });

  it('the rotator itself uses it, and then from every consumer', () => {
    const rows = [{ ...aRow('own'), token: 'rotator' }];
    const protections = protectionsIn({ telegraf: { token: 'rotator' }, grafana: {} }, rows);
    expect(why(protections, 'own', 'telegraf')).toBe(ROTATOR);
    expect(why(protections, 'own', 'loader')).toBe('the secret of consumer telegraf holds it');
  });

  it("never by the consumer's own claim", () => {
    const protections = protectionsIn({ grafana: { names: 'hers', superseded: [anEntry('older', 0)] } });
    expect([why(protections, 'hers', 'grafana'), why(protections, 'older', 'grafana')]).toEqual([undefined, undefined]);
  });
});

describe("a token in another consumer's ledger is protected", () => {
  const readers = (ageMs: number, rest: Partial<LedgerEntry> = {}) =>
    why(protectionsIn({ grafana: { names: 'hers', superseded: [anEntry('shared', ageMs, rest)] } }), 'shared');
  const GRACE = LIMITS.leaseMs + DAY;

  it.each([
    ['from the time when it was superseded', readers(0), READERS],
    ["until that consumer's grace period is over", readers(GRACE - 1), READERS],
    ['and no longer', readers(GRACE), undefined],
    ['but not where it leaked', readers(0, { compromised: true }), undefined],
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
    const contents = new Map(
      names.map((name) => [name, contentOf(name, { names: name, superseded: [anEntry(`${name}-old`, 0)] })]),
    );
    const listing = new Listing(names.map((name) => aRow(name)));
    return entriesMade(() => {
      const protections = new Protections(configuration, contents, listing, 'rotator');
      for (const name of names) for (const id of names.slice(0, 3)) protections.against(name, NOW).of(id);
    });
  };
  const few = made(10);
  expect(few).toBeGreaterThan(10);
  expect(made(300)).toBe(30 * few);
});
