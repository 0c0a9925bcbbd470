import { stripVTControlCharacters } from 'node:util';
import xterm from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { table } from '../../cli/status/lines.ts';
import type { Status } from '../../cli/status/status.ts';
import { statusLines, type View } from '../../cli/status/status-lines.ts';

type Consumer = Status['consumers'][number];

const LONGEST_NAME = `${'n'.repeat(32)}${'m'.repeat(31)}x`;

function aConsumerStatus(consumer: string, rest: Partial<Consumer> = {}): Consumer {
  return {
    ...{ consumer, secret: `influxdb/acme/${consumer}`, health: 'ok', authorizationId: '00000000000000a1' },
    ...{ mintedAt: '2026-01-01T00:00:00.000Z', overdueAt: '2026-02-05T00:00:00.000Z' },
    nextRotationAt: '2026-01-31T00:00:00.000Z',
    older: [{ authorizationId: '00000000000000a0', phase: 'works', until: '2026-01-11T12:30:00.000Z' }],
    ...{ reason: 'next rotation in 20 days', code: 'NEXT_ROTATION' },
    ...rest,
  };
}

const blocked = (consumer: string) =>
  aConsumerStatus(consumer, {
    ...{ health: 'no-access', since: '2026-01-09T00:00:00.000Z' },
    reason: 'the current authorization 00000000000000a1 is inactive: somebody switched it off',
    code: 'SWITCHED_OFF_BY_HAND',
    next: `influxdb-token-rotation rotate ${consumer} --force --reason "…"`,
  });

function aStatus(consumers: readonly Consumer[], rest: Partial<Status> = {}): Status {
  return {
    ...{ deployment: 'prod', at: '2026-01-10T12:00:00.000Z', consumers: [...consumers], omitted: 0 },
    ...{ others: [], errors: [] },
    outOfPolicy: consumers.filter(({ health }) => health === 'no-access').length,
    ...rest,
  };
}

const THREE = aStatus(['telegraf', 'grafana', 'ci'].map((name) => aConsumerStatus(name)));
const many = (unwell: number, well: number) =>
  aStatus([
    ...Array.from({ length: unwell }, (_, index) => blocked(`unwell-${index}`)),
    ...Array.from({ length: well }, (_, index) => aConsumerStatus(`well-${index}`)),
  ]);

const seen = (status: Status, view: Partial<View> = {}) =>
  statusLines(status, { width: undefined, all: false, ...view }).map(stripVTControlCharacters);

/** Rows that a terminal of this width makes of these lines. */
async function rowsOn(width: number, lines: readonly string[]): Promise<number> {
  const display = new xterm.Terminal({ cols: width, rows: 1, scrollback: 10_000, allowProposedApi: true });
  await new Promise<void>((settle) => {
    display.write(lines.join('\r\n'), settle);
  });
  return display.buffer.active.length;
}

describe('an exception', () => {
  const REASON =
    'exempt ("a repair", approved by ada): its age is no reason to rotate it before 2026-03-01T00:00:00.000Z';
  const exception = (until: string, inForce = true) => ({
    exception: { reason: 'a repair', approvedBy: 'ada', until, inForce },
  });
  const lines = (rest: Partial<Consumer>) => seen(aStatus([aConsumerStatus('telegraf', { older: [], ...rest })]));
  const EXEMPT: Partial<Consumer> = { health: 'exempt', reason: REASON, code: 'EXEMPT' };

  it('that is in force is shown with who approved it, though all is well', () => {
    const shown = lines({ ...EXEMPT, ...exception('2026-03-01T00:00:00.000Z') });
    expect(shown[0]).toContain('prod: telegraf is exempt  2026-01-10 12:00 UTC');
    expect(shown.slice(3)).toEqual([expect.stringMatching(/^• exempt +telegraf/), `    ${REASON} (EXEMPT)`]);
  });

  it('that ends within two weeks is announced', () => {
    expect(lines({ ...EXEMPT, ...exception('2026-01-20T00:00:00.000Z') }).at(-1)).toBe(
      '    its exception ends in 9d: be ready, or have it renewed',
    );
    expect(lines(exception('2026-01-20T00:00:00.000Z')).at(-1)).toContain('its exception ends in 9d');
  });

  it('that is over is told beside what is worse', () => {
    const shown = lines({ ...blocked('telegraf'), ...exception('2026-01-05T00:00:00.000Z', false) });
    expect(shown).toContainEqual('    its exception ended 2026-01-05 00:00 (EXCEPTION_EXPIRED)');
  });
});

describe('the table of consumers', () => {
  it('has at 160 columns a bar, and when the older token ends', () => {
    expect(seen(THREE, { width: 160 }).slice(2, 4)).toMatchInlineSnapshot(`
      [
        "STATE  CONSUMER  AGE                     NEXT    OLD TOKEN",
        "✔ ok   telegraf  ██░░░░░░░░ 9d, max 35d  in 20d  works until 2026-01-11 12:30 (1d)",
      ]
    `);
  });

  it('has at 80 columns the same in fewer words', () => {
    expect(seen(aStatus([blocked('telegraf'), aConsumerStatus('grafana')]), { width: 80 })).toMatchInlineSnapshot(`
      [
        "prod: 1 of 2 consumers needs a person  2026-01-10 12:00 UTC",
        "1 no access · 1 ok",
        "",
        "STATE        CONSUMER  SINCE  AGE                     NEXT    OLD TOKEN",
        "✘ no access  telegraf  1d     ██░░░░░░░░ 9d, max 35d  in 20d  works 1d more",
        "    the current authorization 00000000000000a1 is inactive: somebody switched it",
        "    off (SWITCHED_OFF_BY_HAND)",
        "    → influxdb-token-rotation rotate telegraf --force --reason "…"",
        "",
        "✔ ok         grafana          ██░░░░░░░░ 9d, max 35d  in 20d  works 1d more",
      ]
    `);
  });

  it.each([200, 160, 120, 100, 80, 60, 50, 40, 30, 20])('has room in %i columns, whatever the names', async (width) => {
    const others: Status['others'] = [
      {
        kind: 'unmanaged',
        authorizationId: '00000000000000b1',
        what: '"温度センサー 温度センサー 温度センサー 🌡"',
        notice: '',
        code: '',
      },
    ];
    const consumers = [blocked('a'), blocked(LONGEST_NAME), aConsumerStatus(LONGEST_NAME), aConsumerStatus('b')];
    const lines = seen(aStatus(consumers, { others }), { width }).filter((line) => !line.includes('→'));
    expect(await rowsOn(width, lines)).toBe(lines.length);
  });

  it('cuts a name in its middle, and never a command', () => {
    const lines = seen(aStatus([blocked(LONGEST_NAME)]), { width: 80 });
    expect(lines.join('\n')).toMatch(/^✘ no access {2}n+…m+x /m);
    expect(lines).toContain(`    → influxdb-token-rotation rotate ${LONGEST_NAME} --force --reason "…"`);
  });

  it('cuts nothing in a pipe', () => {
    expect(seen(aStatus([aConsumerStatus(LONGEST_NAME)])).join('\n')).toContain(`✔ ok   ${LONGEST_NAME}  `);
  });
});

describe('500 consumers', () => {
  it('that are well are one line, and those that are not come first', () => {
    const lines = seen(many(2, 498), { width: 100 });
    expect(lines.length).toBeLessThan(20);
    expect(lines[0]).toBe('prod: 2 of 500 consumers need a person  2026-01-10 12:00 UTC');
    expect(lines.join(' ')).toContain(
      '✔ 498 are well, the oldest token is 9d old, 498 still have an older one that works',
    );
  });

  it('that are unwell are shown as far as a person reads, and counted', () => {
    const lines = seen(many(400, 100), { width: 100 });
    expect(lines.filter((line) => line.startsWith('✘'))).toHaveLength(20);
    expect(lines).toContain('… and 380 more that are not well (--all shows each)');
  });

  it('have each their line if that is asked for', () => {
    expect(seen(many(400, 100), { width: 100, all: true }).filter((line) => /^[✘✔]/.test(line))).toHaveLength(500);
  });
});

describe('the headline', () => {
  it.each<[string, Status, string]>([
    ['all of several', THREE, 'prod: 3 consumers, all are well  '],
    ['one', aStatus([aConsumerStatus('ci')]), 'prod: ci is well  '],
    ['one that is not well', aStatus([blocked('ci')]), 'prod: ci needs a person  '],
    [
      'what could not be looked at',
      { ...THREE, errors: ['the clocks disagree'] },
      'prod: not all could be looked at  ',
    ],
  ])('is about %s', (_what, status, line) => {
    expect(seen(status)[0]).toMatch(new RegExp(`^${line}`));
  });
});

it('a table of very many rows is aligned, and takes no time to speak of', () => {
  const rows = Array.from({ length: 20_000 }, (_, at) => [`${at}`, at === 7 ? 'a much longer owner' : 'owner', 'last']);
  const began = performance.now();
  const lines = table(rows, { width: undefined, cut: 1 }).map(([line = '']) => line.indexOf('last'));
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(new Set(lines)).toEqual(new Set([28]));
});

it.each([
  ['2026-02-09T11:59:30.000Z', 'in 30d'],
  ['2026-02-08T12:00:00.000Z', 'in 29d'],
  ['2026-01-11T11:59:59.000Z', 'in 1d'],
  ['2026-01-11T11:50:00.000Z', 'in 23h'],
  ['2026-01-10T12:59:59.000Z', 'in 1h'],
  ['2026-01-10T12:00:59.000Z', 'in 0m'],
])('what is left until %s is told as %s: a minute less is not a day less', (nextRotationAt, told) => {
  expect(seen(aStatus([aConsumerStatus('telegraf', { nextRotationAt, older: [] })])).join()).toContain(told);
});

it.each([
  [160, '2026-01-11T12:30:00.000Z', 'off, deleted after 2026-01-11 12:30 (1d)'],
  [80, '2026-01-11T12:30:00.000Z', 'off, deleted in 1d'],
  [160, '2026-01-10T11:00:00.000Z', 'off, deleted in the next run'],
])('at %i columns, a token that is switched off, and held until %s, is %s', (width, until, told) => {
  const older = [{ authorizationId: '00000000000000a0', phase: 'off' as const, until }];
  expect(seen(aStatus([aConsumerStatus('telegraf', { older })]), { width }).join('\n')).toContain(told);
});

it('a single consumer is called what it is, and several that are not all ok are not called well', () => {
  const due = aConsumerStatus('ci', { health: 'due' });
  expect(seen(aStatus([due]))[0]).toContain('prod: ci is due');
  expect(seen(aStatus([due, aConsumerStatus('telegraf')]))[0]).toContain('2 consumers, none needs a person');
});
