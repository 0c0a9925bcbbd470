import { describe, expect, it } from 'vitest';
import { tokenHash } from '../../../../lambda/engine/document/document.ts';
import { formatMarker, markerHash } from '../../../../lambda/engine/document/marker.ts';
import { readSecretContent } from '../../../../lambda/engine/document/secret-content.ts';
import { adoptedEntry, isAdopted, whyNotAdopted } from '../../../../lambda/engine/plan/adoption.ts';
import { describe as describeReason } from '../../../../lambda/engine/plan/describe.ts';
import { notesOnAdoption } from '../../../../lambda/engine/plan/notes-on-adoption.ts';
import {
  aDocument,
  aRow,
  aText,
  aValue,
  factsOf,
  IDENTITY,
  NOW,
  type Scenario,
  versionOf,
} from '../../../builders/a-scenario.ts';

// What becomes of the entry, and what an operator is told of it, stands in new-token.test.ts and notes.test.ts.

const STRANGER = 'dddddddddddddddd';
const hers = aRow('hers', { description: 'by hand' });
const rows = [aRow('cur'), hers];
const byHand = aValue('{"token":"by-hand"}', versionOf('hand'));
const ADOPT = { settings: { adopt: 'hers' } };
const AUTO = { settings: { adopt: 'auto' as const } };

/** What the planner would have been shown: the version before, and whose tokens the versions hold. */
function seen(scenario: Scenario, previous = aText(aDocument({ authorizationId: 'before' }))) {
  const facts = factsOf(scenario);
  const versionId = versionOf('before');
  const content = readSecretContent(previous, versionId, 'token');
  facts.answers.note({ kind: 'version', stage: 'AWSPREVIOUS' }, { versionId, createdAt: NOW, content });
  for (const of of ['AWSCURRENT', 'AWSPREVIOUS', 'rotator'] as const)
    facts.answers.note({ kind: 'owner', of }, scenario.owners?.[of]);
  return facts;
}

describe('the authorization to adopt', () => {
  it.each<[string, Scenario]>([
    ['none is named', { rows }],
    ['no list shows it', { ...ADOPT }],
    ['another uses it', { rows, ...ADOPT, protections: { hers: 'consumer x holds it' } }],
    ['it has the marker of another deployment', { ...ADOPT, rows: [marked({ deployment: 'test' })] }],
    ['it has the marker of this very consumer', { ...ADOPT, rows: [marked({})] }],
    ['"auto" is asked for, and there is none without a marker', { ...AUTO, rows: [aRow('cur')] }],
  ])('is nothing that costs a look, nor an entry, where %s', (_name, scenario) => {
    expect(adoptedEntry(factsOf(scenario))).toBeUndefined();
  });

  it.each<[string, Scenario]>([
    ['it has no marker', { rows, ...ADOPT }],
    ['it has that of a consumer that was renamed', { ...ADOPT, rows: [marked({ consumer: 'grafana' })] }],
    ['it has that of a secret that was made anew', { ...ADOPT, rows: [marked({ fingerprint: '00000000' })] }],
  ])('becomes an entry where %s', (_name, scenario) => {
    expect(adoptedEntry(seen(scenario))).toMatchObject({ authorizationId: 'hers', compromised: false });
  });

  it('becomes an entry with the hash of the token that the secret holds, if that is not ours', () => {
    const held = { rows, ...ADOPT, reading: byHand };
    expect(adoptedEntry(seen(held))?.tokenHash).toBe(tokenHash('by-hand'));
    expect(adoptedEntry(seen({ rows, ...ADOPT }, '{"token":"before"}'))?.tokenHash).toBe(tokenHash('before'));
    expect(adoptedEntry(seen({ rows, ...ADOPT }))?.tokenHash).toBeUndefined();
  });

  it('is asked for with the token that the secret holds, or held before ours', () => {
    expect(() => adoptedEntry(factsOf({ rows, ...ADOPT, reading: byHand }))).toThrow(
      expect.objectContaining({ question: expect.objectContaining({ kind: 'owner' }) }),
    );
    expect(() => adoptedEntry(factsOf({ rows, ...ADOPT }))).toThrow(
      expect.objectContaining({ question: expect.objectContaining({ kind: 'version' }) }),
    );
  });
});

describe('whether an authorization may be adopted', () => {
  const permissions = [{ action: 'write', resource: { type: 'authorizations' } }] as const;
  const why = (scenario: Scenario, row = hers) => whyNotAdopted(seen({ rows: [row], ...ADOPT, ...scenario }), row);

  it.each<[string, Scenario, typeof hers | undefined, string | undefined]>([
    ['it belongs to the owner that is configured', {}, undefined, undefined],
    [
      'it belongs to the user whose token the secret holds',
      { reading: byHand, owners: { AWSCURRENT: hers.userId } },
      undefined,
      undefined,
    ],
    [
      'it does not, though to the owner that is configured',
      { reading: byHand, owners: { AWSCURRENT: STRANGER } },
      undefined,
      `it belongs to user ${hers.userId}, but the token that the secret holds or should hold belongs to user ${STRANGER}`,
    ],
    [
      'it belongs to neither',
      {},
      { ...hers, userId: STRANGER },
      `it belongs to user ${STRANGER}, but the token that the secret holds or should hold belongs to user ${hers.userId}`,
    ],
    [
      'nothing tells the owner',
      { target: { kind: 'unresolved', problem: 'no such bucket' } },
      undefined,
      'nothing tells who owns the token that the secret holds: give "owner", or let the rotator see its user',
    ],
    [
      'another uses it',
      { protections: { hers: 'the rotator itself uses it' } },
      undefined,
      'the rotator itself uses it',
    ],
    [
      'a value that some secret holds is its own, by the hash in its marker',
      { heldByHash: { [markerHash('theirs')]: 'the secret of consumer grafana holds it' } },
      marked({ consumer: 'grafana' }, markerHash('theirs')),
      'the secret of consumer grafana holds it',
    ],
    [
      'it may write authorizations',
      {},
      { ...hers, permissions },
      'it may write authorizations, which only "all-access" and "operator" tokens of a consumer may: is it a rotator\'s or an operator\'s own?',
    ],
    [
      'it may, and so may the consumer',
      { settings: { adopt: 'hers', access: { kind: 'all-access' } }, owners: { rotator: STRANGER } },
      { ...hers, permissions },
      undefined,
    ],
    [
      "it may, and belongs to the rotator's own user",
      { settings: { adopt: 'hers', access: { kind: 'all-access' } }, owners: { rotator: hers.userId } },
      { ...hers, permissions },
      "it may be the rotator's own: it may write authorizations, belongs to the user whom the rotator signs in as, and InfluxDB does not show its token",
    ],
    [
      'it may, and so may the operator',
      { settings: { adopt: 'hers', access: { kind: 'operator' } }, owners: { rotator: STRANGER } },
      { ...hers, permissions },
      undefined,
    ],
  ])('%s', (_name, scenario, row, reason) => {
    expect(why(scenario, row)).toBe(reason);
  });
});

describe('"auto" adopts', () => {
  const shown = { ...hers, token: 'by-hand' };
  const other = { ...aRow('his', { description: 'by hand, too' }) };
  const auto = (scenario: Scenario) =>
    seen({ ...AUTO, reading: byHand, owners: { AWSCURRENT: hers.userId }, ...scenario });
  const CANDIDATES = (ids: string) =>
    `nothing is adopted: "auto" finds no single authorization that the secret's token can be (candidates: ${ids}): give its id as "adopt"`;

  it.each<[string, Scenario, string | undefined]>([
    ['the one whose token the secret holds', { rows: [shown, other] }, 'hers'],
    ['the only one of its owner', { rows: [aRow('cur'), hers] }, 'hers'],
    ['none that another uses', { rows: [hers], protections: { hers: 'consumer x holds it' } }, undefined],
    ['none of another owner', { rows: [{ ...hers, userId: STRANGER }] }, undefined],
    ['none that is switched off', { rows: [{ ...hers, status: 'inactive' }] }, undefined],
    ['none that shows another token', { rows: [{ ...hers, token: 'another' }] }, undefined],
    ['none of two', { rows: [hers, other] }, undefined],
    ['none, where the secret holds no token', { rows: [hers], reading: aValue('{}', versionOf('hand')) }, undefined],
  ])('%s', (_name, scenario, id) => {
    expect(adoptedEntry(auto(scenario))?.authorizationId).toBe(id);
    expect(isAdopted(auto(scenario), hers)).toBe(id === 'hers');
  });

  it.each([
    ['two', [hers, other], 'hers, his'],
    ['none', [{ ...hers, userId: STRANGER }], 'none that can be seen'],
  ])('nothing, and lists the candidates: %s', (_name, rows, ids) => {
    expect(notesOnAdoption(auto({ rows })).map(describeReason)).toEqual([CANDIDATES(ids)]);
  });
});

function marked(rest: Partial<typeof IDENTITY>, hash?: string) {
  const notes = hash === undefined ? {} : { tokenHash: hash };
  return aRow('hers', { description: formatMarker({ ...IDENTITY, ...rest }, versionOf('hers'), notes) });
}
