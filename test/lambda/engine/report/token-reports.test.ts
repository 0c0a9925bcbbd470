import { describe, expect, it } from 'vitest';
import { reportTokens } from '../../../../lambda/engine/report/token-reports.ts';
import { DAY, HOUR, MINUTE } from '../../../builders/a-configuration.ts';
import { anEntry, aRow, factsOf, IDENTITY, NOW, type Scenario, versionOf } from '../../../builders/a-scenario.ts';

const tokens = (scenario: Scenario) => reportTokens(factsOf(scenario));
const at = (ageMs: number) => new Date(NOW - ageMs).toISOString();

describe('the tokens of a consumer', () => {
  it('are the current one, those of its ledger, and the marked ones that it does not name', () => {
    const document = { superseded: [anEntry('old', HOUR), anEntry('gone', 2 * DAY)] };
    const rows = [
      aRow('cur'),
      aRow('old', { age: 31 * DAY, status: 'inactive' }),
      aRow('stray', { age: 3 * DAY }),
      aRow('newest', { age: MINUTE }),
    ];
    const shown = tokens({ document, rows }).map(({ authorizationId, role, status, mintedAt, supersededAt }) =>
      [authorizationId, role, status, mintedAt, supersededAt].join(' '),
    );
    expect(shown).toEqual([
      `cur current active ${at(20 * DAY)} `,
      `old superseded inactive ${at(31 * DAY)} ${at(HOUR)}`,
      `gone superseded gone  ${at(2 * DAY)}`,
      `stray stray active ${at(3 * DAY)} `,
      `newest pending active ${at(MINUTE)} `,
    ]);
  });

  it('say when each is too old, since when it is off, and when an older one ends at the earliest', () => {
    const superseded = [anEntry('old', HOUR), anEntry('off', 2 * DAY), anEntry('kept', HOUR)];
    const document = { mintedAt: NOW - HOUR, superseded };
    const later = new Date(NOW + 9 * DAY).toISOString();
    const rows = [
      aRow('cur', { age: HOUR }),
      aRow('old', { age: 31 * DAY }),
      aRow('off', { age: 40 * DAY, status: 'inactive', touched: HOUR }),
      aRow('kept', { age: 31 * DAY, notes: `keep-until=${later}` }),
    ];
    const shown = tokens({ document, rows }).map((each) =>
      [each.authorizationId, each.overdueAt, each.inactiveSince, each.endsAt].join(' '),
    );
    const { settings, limits } = factsOf({});
    expect(shown).toEqual([
      `cur ${at(HOUR - settings.maxTokenAgeMs)}  `,
      `old ${at(31 * DAY - settings.maxTokenAgeMs)}  ${at(HOUR - limits.leaseMs - settings.gracePeriodMs)}`,
      `off ${at(40 * DAY - settings.maxTokenAgeMs)} ${at(HOUR)} ${at(HOUR - settings.holdPeriodMs)}`,
      `kept ${at(31 * DAY - settings.maxTokenAgeMs)}  ${later}`,
    ]);
  });

  it('end when the planner ends them, whatever the ledger claims, and are promised no time where they leaked', () => {
    const superseded = [anEntry('old', -9 * DAY), anEntry('leaked', HOUR, { compromised: true })];
    const rows = [aRow('cur', { age: HOUR }), aRow('old', { age: 31 * DAY }), aRow('leaked', { age: 31 * DAY })];
    const { settings, limits } = factsOf({});
    const shown = tokens({ document: { superseded }, rows, versionAge: HOUR }).map(({ authorizationId, endsAt }) =>
      [authorizationId, endsAt].join(' '),
    );
    const bound = HOUR - limits.clockToleranceMs - limits.leaseMs - settings.gracePeriodMs;
    expect(shown).toEqual(['cur ', `old ${at(bound)}`, 'leaked ']);
  });

  it('have the time of the document while the list does not show the row', () => {
    expect(tokens({ rows: [] })).toMatchObject([{ status: 'gone', mintedAt: at(20 * DAY) }]);
  });

  it('have the time of the row where the document contradicts it', () => {
    expect(tokens({ document: { mintedAt: NOW } })).toMatchObject([{ mintedAt: at(20 * DAY) }]);
  });

  it.each([
    ['older than the limit', { age: 35 * DAY + 1 }, true],
    ['as old as the limit', { age: 35 * DAY }, false],
    ['older, but switched off', { age: 36 * DAY, status: 'inactive' as const }, false],
  ])('are overdue if they are %s', (_name, options, overdue) => {
    const mintedAt = NOW - options.age;
    expect(tokens({ document: { mintedAt }, rows: [aRow('cur', options)] })).toMatchObject([{ overdue }]);
  });

  it.each<[string, Scenario]>([
    ['by hand', { document: { token: 'by-hand', versionId: versionOf('hand'), tokenHash: 'sha256:x' } }],
    ['by the rotation of another', { document: { identity: { ...IDENTITY, consumer: 'grafana' } } }],
  ])('have no current one among them where the value was put %s', (_name, scenario) => {
    expect(tokens(scenario)).toMatchObject([{ authorizationId: 'cur', role: 'stray' }]);
  });

  it('are told by their markers while the secret cannot be read', () => {
    expect(tokens({ reading: { kind: 'deleted' } })).toMatchObject([{ authorizationId: 'cur', role: 'stray' }]);
  });
});
