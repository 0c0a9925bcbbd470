import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../lambda/config/configuration.ts';
import { DAY, HOUR } from '../../builders/a-configuration.ts';
import { CONSUMER, file, type Json, problemsOf } from './a-file.ts';

const named = (name: string, more: Json = {}) => ({ ...CONSUMER, name, secret: `influxdb/${name}`, ...more });
const two = (canaries: unknown, more: Json = {}, grafana: Json = {}) =>
  file({ consumers: [named('telegraf'), named('grafana', grafana)], canaries, ...more });

describe('canaries', () => {
  it('are none by default', () => {
    expect(parseConfiguration(two(undefined)).canaries).toBeUndefined();
  });

  it('must be well for a day, if nothing else is said', () => {
    expect(parseConfiguration(two({ consumers: ['telegraf'] })).canaries).toEqual({
      consumers: ['telegraf'],
      soakMs: DAY,
    });
    expect(parseConfiguration(two({ consumers: ['telegraf'], soak: '2h' })).canaries?.soakMs).toBe(2 * HOUR);
  });

  it('fall due before all others', () => {
    const { consumers } = parseConfiguration(two({ consumers: ['telegraf'] }, { defaults: { spread: '3d' } }));
    const [canary, other] = consumers.map(({ rotateEarlyMs }) => rotateEarlyMs);
    expect(canary).toBe(3 * DAY);
    expect(other).toBeLessThan(3 * DAY);
  });

  it.each<[string, Json, ...string[]]>([
    [
      'one that is no consumer',
      two({ consumers: ['telegraf', 'grafanna', 'x'] }),
      'canaries.consumers[1]: must be the name of a consumer: did you mean "grafana"? (found "grafanna")',
      'canaries.consumers[2]: must be the name of a consumer (found "x")',
    ],
    ['none', two({ consumers: [] }), 'canaries.consumers: must not be empty (found [])'],
    ['a list alone', two(['telegraf']), 'canaries: must be an object (found ["telegraf"])'],
    ['no soak', two({ consumers: ['telegraf'], soak: '0s' }), 'canaries.soak: must be longer than zero (found "0s")'],
    [
      'a soak that is none',
      two({ consumers: ['telegraf'], soak: 'a day' }),
      'canaries.soak: must be a duration: whole numbers, each with s, m, h, d or w, such as "90s", "24h", "30d" or "1h30m" (found "a day")',
    ],
    [
      'one that is due again before it was well',
      two({ consumers: ['telegraf'], soak: '30d' }, { defaults: { maxTokenAge: '90d' } }),
      'canaries.soak: must be shorter than rotateEvery of consumer telegraf, less schedule and spread = 29 days 23 hours, or this canary would be due again before the others may follow it (is 30 days)',
    ],
    [
      'a soak for which the others have no time',
      two({ consumers: ['telegraf'], soak: '4d' }),
      'consumers[1].maxTokenAge: must be at least rotateEvery + schedule + the wait for the canaries and their soak (4 days 1 hour) + gracePeriod + lease = 35 days 2 hours, the age that a token reaches before it is switched off (is 35 days)',
    ],
    [
      'a soak for which the window leaves no time',
      two({ consumers: ['telegraf'] }, { defaults: { window: { days: ['sun'] }, maxTokenAge: '40d' } }),
      'consumers[1].maxTokenAge: must be at least rotateEvery + the longest wait for the window "sun UTC" (6 days 2 hours) + the wait for the canaries and their soak (7 days 2 hours) + gracePeriod + lease = 44 days 4 hours, the age that a token reaches before it is switched off (is 40 days)',
    ],
  ])('are refused: %s', (_name, input, ...expected) => {
    expect(problemsOf(input)).toEqual(expected);
  });

  it('may be retired, and retired consumers follow nobody', () => {
    expect(problemsOf(two({ consumers: ['grafana'] }, {}, { retired: true }))).toEqual([]);
    expect(problemsOf(two({ consumers: ['telegraf'], soak: '4d' }, {}, { retired: true }))).toEqual([]);
  });
});
