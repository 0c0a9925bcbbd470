import { afterEach, describe, expect, it } from 'vitest';
import type { Answer } from '../../../local/http/server.ts';
import { Auditor } from '../../../simulation/auditor.ts';
import { aConfiguration, aConsumer, DAY } from '../../builders/a-configuration.ts';
import { consumerIn, Scene } from '../../builders/a-scene.ts';

let scene: Scene;
afterEach(() => scene.close());

type Json = Record<string, unknown>;
type Rewrite = (answer: Answer) => Answer;

const changed =
  (change: (body: Json) => unknown): Rewrite =>
  (answer) => ({ ...answer, body: JSON.stringify(change(JSON.parse(String(answer.body ?? '')))) });

/** Changes what a batch says of the secret of the consumer telegraf. */
const inBatch = (change: (value: Json) => unknown): Rewrite =>
  changed(({ SecretValues, ...rest }) => ({
    ...rest,
    SecretValues: (SecretValues as Json[]).map((value) =>
      value.Name === 'influxdb/acme/telegraf' ? change(value) : value,
    ),
  }));

async function open(...names: readonly string[]): Promise<void> {
  scene = await Scene.open({ configuration: aConfiguration(names.map((name) => aConsumer({ name }))) });
}

/** After the fault, all is as it should be: one token, which works, and nothing else. */
async function settle(): Promise<void> {
  scene.auditor = new Auditor(scene.world);
  expect(await scene.recover()).toEqual({
    violations: [],
    rows: 1,
    works: true,
  });
}

describe('a batch that says too little of one secret stops one consumer, and nobody else', () => {
  it.each<[string, Rewrite, string]>([
    ['no ARN', inBatch(({ ARN: _arn, ...rest }) => rest), 'cannot be read (the answer about it is not understood, at '],
    [
      'no version',
      inBatch(({ VersionId: _id, ...rest }) => rest),
      'cannot be read (the answer about it is not understood, at ',
    ],
    [
      'null as its version',
      inBatch((value) => ({ ...value, VersionId: null })),
      'cannot be read (the answer about it is not understood, at ',
    ],
    [
      'no date',
      inBatch(({ CreatedDate: _date, ...rest }) => rest),
      'cannot be read (the answer about it is not understood, at ',
    ],
    [
      'a date after the last',
      inBatch((value) => ({ ...value, CreatedDate: 1e300 })),
      'cannot be read (the answer about it is not understood, at ',
    ],
    ['no value', inBatch(({ SecretString: _text, ...rest }) => rest), 'holds binary data'],
    ['another name', inBatch((value) => ({ ...value, Name: 'other', ARN: `${value.ARN}x` })), 'does not mention it'],
    [
      'no row',
      changed(({ SecretValues }) => ({
        SecretValues: (SecretValues as Json[]).filter(({ Name }) => Name !== 'influxdb/acme/telegraf'),
      })),
      'does not mention it',
    ],
    [
      'an error of its own',
      changed((body) => withError(body, { ErrorCode: 'Weird', Message: 'no\nreason' })),
      '(Weird: no reason)',
    ],
    ['an error without a code', changed((body) => withError(body, {})), 'does not mention it'],
  ])('%s', async (_name, rewrite, text) => {
    await open('telegraf', 'grafana');
    await scene.run();
    scene.world.clock.advance(31 * DAY);
    scene.world.secretsManager.faults.add({ on: 'BatchGetSecretValue', rewrite });
    const report = await scene.run();
    expect(consumerIn(report)).toMatchObject({ state: 'failed', reason: expect.stringContaining(text), actions: [] });
    expect(consumerIn(report, 'grafana').actions).toMatchObject([{ kind: 'rotate', outcome: 'done' }]);
    expect(await scene.works()).toBe(true);
  });

  const withError = ({ SecretValues }: Json, error: Json) => ({
    SecretValues: (SecretValues as Json[]).filter(({ Name }) => Name !== 'influxdb/acme/telegraf'),
    Errors: [{ SecretId: 'influxdb/acme/telegraf', ...error }],
  });

  it('and a secret that was not asked for changes nothing', async () => {
    await open('telegraf', 'grafana');
    const more = changed(({ SecretValues }) => ({
      SecretValues: [
        { ...(SecretValues as Json[])[0], Name: 'other', ARN: 'arn:x', SecretString: 'x' },
        ...(SecretValues as Json[]),
      ],
    }));
    scene.world.secretsManager.faults.add({ on: 'BatchGetSecretValue', rewrite: more });
    expect((await scene.run()).counts).toMatchObject({ rotated: 2, failed: 0 });
  });
});

describe('an answer that is none fails with a clear error, and what was begun is tidied up', () => {
  const broken: readonly [string, Rewrite][] = [
    ['an empty body', (answer) => ({ ...answer, body: '' })],
    ['a list', changed(() => [])],
    ['null', (answer) => ({ ...answer, body: 'null' })],
    ["a proxy's page", (answer) => ({ ...answer, body: '<html>', headers: { 'content-type': 'text/html' } })],
    ['204', () => ({ status: 204, body: '' })],
    ['numbers for texts', changed((body) => Object.fromEntries(Object.keys(body).map((key) => [key, 5])))],
    ['null for everything', changed((body) => Object.fromEntries(Object.keys(body).map((key) => [key, null])))],
    ['texts for everything', changed((body) => Object.fromEntries(Object.keys(body).map((key) => [key, 'x'])))],
    ['labels that are no lists', changed((body) => ({ ...body, VersionIdsToStages: { a: 'AWSCURRENT', b: null } }))],
    ['dates as texts', changed((body) => ({ ...body, LastChangedDate: 'yesterday', CreatedDate: 'today' }))],
    ['an empty value', changed((body) => ({ ...body, SecretString: '', SecretValues: [] }))],
  ];
  /** Done all the same, where nothing is read from the answer, or an error that names the call or the secret. */
  const CLEAR =
    /^first token$|Secrets Manager's answer to \w+ is not understood|Secrets Manager: \w+ failed with|cannot be read/;
  it.each(broken)('%s, to each call', async (_name, rewrite) => {
    await open('telegraf');
    const restore = scene.world.save();
    for (const on of ['BatchGetSecretValue', 'DescribeSecret', 'PutSecretValue', 'UpdateSecretVersionStage']) {
      restore();
      scene.world.secretsManager.faults.add({ on, times: Number.POSITIVE_INFINITY, rewrite });
      const { errors, consumers } = await scene.run();
      const said = [...errors.map(({ message }) => message), ...consumers.map(({ reason }) => reason)].join('; ');
      expect({ on, said }).toEqual({ on, said: expect.stringMatching(CLEAR) });
      if (scene.rows.length > 0) await settle();
    }
  });
});
