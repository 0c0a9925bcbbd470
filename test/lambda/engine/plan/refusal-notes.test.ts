import { describe, expect, it } from 'vitest';
import { Unanswered } from '../../../../lambda/engine/observe/question.ts';
import { isFreshNote, refusedLately } from '../../../../lambda/engine/plan/refusal-notes.ts';
import { DAY, HOUR } from '../../../builders/a-configuration.ts';
import {
  aDocument,
  anEntry,
  aRow,
  aText,
  CLOCK,
  DUE,
  decide,
  dueRow,
  factsOf,
  holdTo,
  IDENTITY,
  NOW,
  summary,
  UNRESOLVED,
  versionOf,
} from '../../../builders/a-scenario.ts';

const note = (age: number, rest: Parameters<typeof aRow>[1] = {}, id = 'stray') =>
  aRow(id, { age, status: 'inactive', notes: 'put-refused', ...rest });
const OLD = 'due: older than 30 days';
const waits = (age: number, id = 'stray') =>
  `failed: ${OLD}, but secret influxdb/acme/telegraf did not take the last new value: a policy or its key refused it, and ACTION_FAILED of that run says what to allow; authorization ${id}, which never worked, is the note of it; the next try is after ${new Date(NOW - age + DAY).toISOString()}, or in the next run once that authorization is deleted`;
const MISSING = 'missing: the current authorization cur was deleted';
const someone = { userId: 'dddddddddddddddd' };

describe('after a put that was refused, the next mint (R14b)', () => {
  holdTo({
    'waits for a day': [{ document: DUE, rows: [dueRow, note(HOUR)] }, waits(HOUR)],
    'waits until the last moment of it': [{ document: DUE, rows: [dueRow, note(DAY - 1)] }, waits(DAY - 1)],
    'comes then, and the note ends': [
      { document: DUE, rows: [dueRow, note(DAY)] },
      `acting: ${OLD} | delete stray | mint +cur +stray`,
    ],
    'waits by the oldest of several': [
      { document: DUE, rows: [dueRow, note(HOUR), note(2 * HOUR, {}, 'older')] },
      waits(2 * HOUR, 'older'),
    ],
    'comes if the oldest is a day old, whatever the others are': [
      { document: DUE, rows: [dueRow, note(2 * HOUR), note(DAY, {}, 'older')] },
      `acting: ${OLD} | delete older | mint +cur +stray +older`,
    ],
    'waits also for a note that the ledger names': [
      { document: { ...DUE, superseded: [anEntry('stray', 2 * HOUR)] }, rows: [dueRow, note(3 * HOUR)] },
      waits(3 * HOUR),
    ],
    'ends a note that the ledger names': [
      { document: { ...DUE, superseded: [anEntry('stray', 2 * HOUR)] }, rows: [dueRow, note(DAY)] },
      `acting: ${OLD} | delete stray | mint +cur stray`,
    ],
    'ends a note also for a token that is missing': [
      { rows: [note(DAY)] },
      `acting: ${MISSING} | delete stray | mint +stray`,
    ],
    'does not wait for a row of another owner, which ends like any stray': [
      { document: DUE, rows: [dueRow, note(HOUR, someone)] },
      `acting: ${OLD} | delete stray | mint +cur`,
    ],
    'does not wait for a token that worked': [
      {
        document: DUE,
        rows: [dueRow, note(2 * HOUR, { notes: `sha256=${'0'.repeat(32)} put-refused`, touched: HOUR })],
      },
      `acting: ${OLD} | mint +cur +stray`,
    ],
    'does not wait for one that somebody adopted': [
      { document: DUE, rows: [dueRow, note(2 * HOUR, { notes: 'adopted put-refused', touched: HOUR })] },
      `acting: ${OLD} | mint +cur +stray`,
    ],
    'ends no note while the clocks disagree': [
      { rows: [note(DAY)], clocks: CLOCK },
      `acting: ${MISSING} | mint +stray`,
    ],
  });

  it('is not asked for an owner that is not known', () => {
    const facts = factsOf({ rows: [note(HOUR)], target: UNRESOLVED });
    expect(refusedLately(facts, { marked: facts.listing.markedAs(IDENTITY) })).toBeUndefined();
  });
});

describe('a note', () => {
  holdTo({
    'is left without a look while it is fresh': [{ rows: [aRow('cur'), note(HOUR)] }, 'idle: next rotation in 10 days'],
    'is deleted when it is a day old, though nothing is due': [
      { rows: [aRow('cur'), note(DAY)] },
      'acting: next rotation in 10 days | delete stray',
    ],
  });

  it.each([
    [DAY - 1, true],
    [DAY, false],
  ])('that is %i ms old is fresh: %s', (age, fresh) => {
    const [marked] = factsOf({ rows: [note(age)] }).listing.markedAs(IDENTITY);
    expect(marked && isFreshNote({ now: NOW }, marked)).toBe(fresh);
  });
});

describe.each([
  ['a replica', { replicaOf: 'eu-west-1' }, /is a replica of the one in Region eu-west-1/],
  ['a secret of another service', { owningService: 'rds' }, /is managed by another service \(rds\)/],
])('nothing is put into %s (R14)', (_what, description, text) => {
  holdTo({
    'not where a label was moved back': [
      {
        rows: [aRow('cur'), aRow('stray', { age: HOUR })],
        description: { ...description, previous: versionOf('stray') },
        versions: { AWSPREVIOUS: { age: HOUR, text: aText(aDocument({ authorizationId: 'stray' })) } },
        versionAge: 2 * HOUR,
      },
      'idle: next rotation in 10 days',
    ],
    'older tokens end all the same': [
      { document: { superseded: [anEntry('old', 9 * DAY)] }, rows: [aRow('cur'), aRow('old')], description },
      'acting: next rotation in 10 days | switch-off old',
    ],
  });

  it('not for a token that is missing', () => {
    expect(summary(decide({ rows: [], description }))).toMatch(text);
  });
});

it('a fresh note is looked for before anything is asked', () => {
  const facts = factsOf({ rows: [note(HOUR)] });
  expect(refusedLately(facts, { marked: facts.listing.markedAs(IDENTITY) })).toMatchObject({ state: 'failed' });
  expect(() => facts.answers.description()).toThrow(Unanswered);
});
