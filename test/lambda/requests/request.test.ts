import { describe, expect, it } from 'vitest';
import { ACTIONS, parseRequest } from '../../../lambda/requests/parse-request.ts';
import { RequestError } from '../../../lambda/requests/request.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { withSelf } from '../../builders/an-own-token.ts';

const CONFIGURATION = aConfiguration([
  aConsumer(),
  aConsumer({ name: 'grafana' }),
  aConsumer({ name: 'old', retired: true }),
  aConsumer({ name: 'served', rotation: 'secrets-manager' }),
]);
const SCHEDULED = { 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} };
const parse = (event: unknown) => parseRequest(event, CONFIGURATION);
const why = { reason: 'a leak', by: 'alice' };

function problemsOf(event: unknown): string {
  try {
    parse(event);
  } catch (error) {
    expect(error).toBeInstanceOf(RequestError);
    return (error as RequestError).message;
  }
  throw new Error('it was taken');
}

describe('a request that names far too much', () => {
  const many = Array.from({ length: 3_000 }, (_, index) => `consumer-${'x'.repeat(40)}-${index}`);
  const crowd = aConfiguration(many.map((name) => aConsumer({ name, secret: `acme/${name}` })));
  const unknown = Array.from({ length: 50_000 }, (_, index) => `consumr-${'x'.repeat(40)}-${index}`);

  it.each<[string, (names: readonly string[]) => object]>([
    ['unknown consumers', (names) => ({ consumers: names })],
    ['the same one again and again', (names) => ({ consumers: names.map(() => 'nobody') })],
    ['what is no name', (names) => ({ consumers: names.map((name) => `${name} `) })],
    ['unknown keys', (names) => Object.fromEntries(names.map((name) => [name, 1]))],
  ])('is refused at once, in few words: %s', (_what, of) => {
    const refuse = (names: readonly string[]) => {
      const startedAt = performance.now();
      expect(() => parseRequest({ action: 'status', ...of(names) }, crowd)).toThrow(RequestError);
      return performance.now() - startedAt;
    };
    const few = Math.max(
      refuse(unknown.slice(0, unknown.length / 10)),
      refuse(unknown.slice(unknown.length / 10, unknown.length / 5)),
    );
    // Ten times as many: whatever looks at each of them again for each would take a hundred times as long.
    expect(refuse(unknown)).toBeLessThan(40 * Math.max(few, 5));
    try {
      parseRequest({ action: 'status', ...of(unknown) }, crowd);
    } catch (error) {
      expect((error as RequestError).message.split('\n').length).toBeLessThan(25);
    }
  });

  it('names few of those that there are, where none is like the one that was asked for', () => {
    expect(() => parseRequest({ action: 'status', consumers: ['zzz'] }, crowd)).toThrow(
      /"[^"]+", "[^"]+", "[^"]+" and \d+ more/,
    );
  });

  it('says how many unknown consumers there are beside those that it names', () => {
    const names = unknown.slice(0, 12);
    expect(problemsOf({ action: 'status', consumers: names })).toMatch(/consumers: 2 more cannot be asked for so$/);
  });
});

describe('an event asks for', () => {
  it.each<[unknown, object]>([
    [{ action: 'run' }, { action: 'run' }],
    [{ action: 'plan' }, { action: 'plan' }],
    [
      { action: 'status', consumers: ['grafana'] },
      { action: 'status', consumers: ['grafana'] },
    ],
    [SCHEDULED, { action: 'run' }],
    [
      { action: 'rotate', all: true, ...why },
      {
        action: 'rotate',
        consumers: ['telegraf', 'grafana', 'served'],
        compromised: false,
        force: false,
        minAgeMs: 0,
        ...why,
      },
    ],
    [
      { action: 'rotate', consumers: ['grafana'], minAge: '10d', force: true, reason: 'a release' },
      {
        action: 'rotate',
        consumers: ['grafana'],
        compromised: false,
        force: true,
        minAgeMs: 10 * DAY,
        reason: 'a release',
      },
    ],
    [
      { action: 'reactivate', consumer: 'grafana', for: '6h', ...why },
      { action: 'reactivate', consumers: ['grafana'], forMs: 6 * HOUR, ...why },
    ],
    [
      { action: 'rollback', consumer: 'grafana', ...why },
      { action: 'rollback', consumers: ['grafana'], ...why },
    ],
    [
      { action: 'retire', authorizationId: '0A1B2C3D4E5F6071', ...why },
      { action: 'retire', authorizationId: '0a1b2c3d4e5f6071', ...why },
    ],
    [
      { action: 'resume', consumer: 'served', versionId: '5f0c0000-0000-4000-8000-00000000abcd', ...why },
      { action: 'resume', consumer: 'served', versionId: '5f0c0000-0000-4000-8000-00000000abcd', ...why },
    ],
    [
      { action: 'plan', command: { action: 'rollback', consumer: 'grafana', ...why } },
      { action: 'plan', command: { action: 'rollback', consumers: ['grafana'], ...why } },
    ],
  ])('%j', (event, request) => {
    expect(parse(event)).toEqual(request);
  });
});

describe('an event that this function does not know', () => {
  it.each([
    ...[undefined, null, 'run', 7, [], {}, ['run']],
    ...[{ action: 'RUN' }, { action: '' }, { action: null }, { action: ['run'] }],
    // What every object has is no action.
    ...[{ action: 'constructor' }, { action: 'toString' }, { action: '__proto__' }],
    ...[{ 'detail-type': 'Other Event' }, { ...SCHEDULED, action: 'rotated' }],
  ])('%j: says which it knows', (event) => {
    expect(problemsOf(event)).toContain(ACTIONS.map((action) => `"${action}"`).join(', '));
  });

  it('says what was probably meant', () => {
    expect(problemsOf({ action: 'rolback' })).toContain('did you mean "rollback"?');
  });
});

describe('a request with mistakes', () => {
  it.each<[object, readonly string[]]>([
    [{ action: 'status', consumer: 'grafana' }, ['consumer: is not a known key here: did you mean "consumers"?']],
    [{ action: 'run', consumers: [] }, ['consumers: must not be empty']],
    [
      { action: 'plan', consumers: ['grafan', 'x y'] },
      ['consumers[1]: must be the name of a consumer in the configuration (found "x y")'],
    ],
    [
      { action: 'plan', consumers: ['grafan'] },
      ['consumers[0]: is no consumer of this deployment: did you mean "grafana"?'],
    ],
    [
      { action: 'rotate', consumers: 'grafana', force: 'yes', minage: '1d' },
      [
        'consumers: must be a list',
        'force: must be true or false',
        'reason: is missing: it must be a text',
        'minage: is not a known key here: did you mean "minAge"?',
      ],
    ],
    [{ action: 'rotate', ...why }, ['must name its "consumers", or say "all"']],
    [
      { action: 'rotate', all: true, consumers: ['grafana'], ...why },
      ['names "consumers", and says "all": take one of the two out'],
    ],
    [
      { action: 'rotate', all: true, compromised: true, minAge: '1d', ...why },
      ['minAge: leaves out tokens that leaked'],
    ],
    [{ action: 'plan', consumers: ['x'] }, ['consumers[0]: is no consumer of this deployment: there are "telegraf", ']],
    [{ action: 'plan', consumers: ['self'] }, ['set influxdb.self']],
    [{ action: 'rotate', all: true, minAge: 20, ...why }, ['minAge: must be a duration with its unit']],
    [{ action: 'reactivate', consumer: 'grafana', ...why }, ['for: is missing: it must be a duration']],
    [{ action: 'rotate', consumers: ['old'], ...why }, ['consumers[0]: is retired']],
    [
      { action: 'rotate', consumers: ['old'], compromised: true, ...why },
      ['if one of them leaked, delete it in InfluxDB now (influx auth delete --id <authorization id>'],
    ],
    ...['…', '...', '<why>'].map((reason): [object, string[]] => [
      { action: 'rotate', consumers: ['grafana'], reason },
      ['reason: is what the example has in its place: write it in your own words, such as "a reader was missed"'],
    ]),
    [
      { action: 'rotate', consumers: ['self'], ...why },
      ['consumers[0]: is the rotator itself, whose own token this deployment does not rotate: set influxdb.self'],
    ],
    [{ action: 'rotate', all: true, minAge: '0s', ...why }, ['minAge: must be longer than zero']],
    [{ action: 'reactivate', consumer: 'grafana', for: 'tomorrow', ...why }, ['for: must be a duration']],
    [
      { action: 'reactivate', consumer: 'grafana', for: '31d', ...why },
      ["for: must not be longer than the consumer's rotateEvery (30 days)"],
    ],
    [{ action: 'rollback', consumer: 'grafana', reason: 'two\nlines' }, ['reason: must be one line']],
    [
      { action: 'rollback', consumer: 'grafana', reason: 'x'.repeat(201) },
      ['reason: must not be longer than 200 characters'],
    ],
    [{ action: 'retire', authorizationId: 'abc', ...why }, ['authorizationId: must be an InfluxDB id']],
    [
      { action: 'plan', command: { action: 'run' } },
      ['command.action: must be one of "rotate", "reactivate", "rollback", "retire"'],
    ],
    [
      { action: 'plan', command: { action: 'rollback' } },
      ['command.consumer: is missing', 'command.reason: is missing'],
    ],
    [{ action: 'plan', command: { action: 'rollback', consumer: 'x', ...why } }, ['command.consumer: is no consumer']],
  ])('%j: all of them at once, each with what to do', (event, messages) => {
    const told = problemsOf(event);
    for (const message of messages) expect(told).toContain(message);
    expect(told).toContain(`has ${messages.length} problem`);
  });

  it('never repeats what could be a token', () => {
    const token = `${'aB3'.repeat(28)}==`;
    const told = problemsOf({ action: 'rollback', consumer: 'grafana', reason: `leaked: ${token}` });
    expect(told).toContain('reason: holds what could be a token');
    expect(told).not.toContain(token);
  });
});

describe('the rotator itself, as a consumer', () => {
  const own = withSelf(CONFIGURATION);

  it('is asked for by its name, and is not among all', () => {
    expect(parseRequest({ action: 'rotate', consumers: ['self'], ...why }, own)).toMatchObject({ consumers: ['self'] });
    expect(parseRequest({ action: 'rotate', all: true, ...why }, own)).toMatchObject({
      consumers: ['telegraf', 'grafana', 'served'],
    });
  });

  it('has nothing to resume, since Secrets Manager never rotates its token', () => {
    const resume = { action: 'resume', consumer: 'self', versionId: 'a'.repeat(36), ...why };
    expect(() => parseRequest(resume, own)).toThrow('consumer: is the rotator itself: runs rotate its own token');
  });
});
