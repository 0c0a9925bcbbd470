import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Configuration, ConsumerSettings } from '../../../lambda/config/configuration.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../builders/a-configuration.ts';
import { Scene } from '../../builders/a-scene.ts';

let scene: Scene;
afterEach(() => scene?.close());

async function open(consumers: Partial<ConsumerSettings>[] = [{}], rest: Partial<Configuration> = {}): Promise<void> {
  const all = consumers.map((each) => aConsumer(each));
  scene = await Scene.open({ configuration: aConfiguration(all, { securityHub: true, ...rest }) });
}

async function hours(count: number): Promise<void> {
  for (let hour = 0; hour < count; hour += 1) {
    await scene.run();
    scene.world.clock.advance(HOUR);
  }
}

function breakConsumer(): () => void {
  const { configuration } = scene.world;
  const wrong = configuration.consumers.map((each) => ({ ...each, owner: 'nobody' }));
  scene.world.configuration = { ...configuration, consumers: wrong };
  return () => {
    scene.world.configuration = configuration;
  };
}

const hub = () => scene.world.audience.securityHub;
const findings = () =>
  [...(hub()?.findings.values() ?? [])].map(({ finding }) => [finding.Id, finding.RecordState, finding.CreatedAt]);

it('there is one for a problem, which is archived when it is over, and active again when it comes back', async () => {
  await open();
  await hours(2);
  expect(findings()).toEqual([]);
  const mend = breakConsumer();
  await hours(3);
  const id = 'influxdb-token-rotation/prod/telegraf/failed';
  expect(findings()).toEqual([[id, 'ACTIVE', '2026-01-01T02:00:00.000Z']]);
  const calls = hub()?.calls.length;
  expect(calls).toBe(1);
  mend();
  await hours(3);
  expect(findings()).toEqual([[id, 'ARCHIVED', '2026-01-01T02:00:00.000Z']]);
  breakConsumer();
  await hours(1);
  expect(findings()).toEqual([[id, 'ACTIVE', '2026-01-01T08:00:00.000Z']]);
});

it('its link is to a copy of the runbook, where the function was deployed with one', async () => {
  vi.stubEnv('RUNBOOK_URL', 'https://wiki.example.com/tokens');
  await open();
  breakConsumer();
  await hours(1);
  vi.unstubAllEnvs();
  const [{ finding } = { finding: {} }] = [...(hub()?.findings.values() ?? [])];
  expect(finding).toMatchObject({
    Remediation: { Recommendation: { Url: 'https://wiki.example.com/tokens#name_unresolved' } },
  });
});

it('it says what, of which secret, and what to type, in the format of AWS', async () => {
  await open();
  await hours(2);
  breakConsumer();
  await hours(1);
  const [{ finding } = { finding: {} as Record<string, unknown> }] = [...(hub()?.findings.values() ?? [])];
  expect({ ...finding, Resources: undefined }).toMatchInlineSnapshot(`
    {
      "AwsAccountId": "123456789012",
      "CreatedAt": "2026-01-01T02:00:00.000Z",
      "Description": "owner "nobody" does not exist: create the user, or set "createOwner": true",
      "GeneratorId": "influxdb-token-rotation/failed",
      "Id": "influxdb-token-rotation/prod/telegraf/failed",
      "ProductArn": "arn:aws:securityhub:us-east-1:123456789012:product/123456789012/default",
      "RecordState": "ACTIVE",
      "Region": "us-east-1",
      "Remediation": {
        "Recommendation": {
          "Text": "To see what mends it, type: npx influxdb-token-rotation check telegraf",
          "Url": "https://github.com/influxdb-token-rotation/influxdb-token-rotation/blob/v0.1.0/docs/operations.md#name_unresolved",
        },
      },
      "Resources": undefined,
      "SchemaVersion": "2018-10-08",
      "Severity": {
        "Label": "HIGH",
      },
      "Title": "InfluxDB token cannot be rotated: telegraf (prod)",
      "Types": [
        "Software and Configuration Checks/AWS Security Best Practices",
      ],
      "UpdatedAt": "2026-01-01T02:00:00.000Z",
    }
  `);
  const arn = scene.world.secretsManager.store.secret(scene.secret)?.arn;
  expect(finding.Resources).toEqual([
    { Type: 'AwsSecretsManagerSecret', Id: arn, Partition: 'aws', Region: 'us-east-1' },
  ]);
});

it('it is told again once a day, so that Security Hub does not forget it', async () => {
  await open();
  breakConsumer();
  await hours(10 * 24);
  expect(hub()?.calls.length).toBe(10);
  const [{ updatedAt } = { updatedAt: 0 }] = [...(hub()?.findings.values() ?? [])];
  expect(scene.world.clock.now() - updatedAt).toBeLessThanOrEqual(DAY);
}, 60_000);

it('that a token is too old is another, whatever else is wrong', async () => {
  await open();
  await hours(2);
  breakConsumer();
  await hours(36 * 24);
  expect(findings().map(([id, state]) => [String(id).split('/').at(-1), state])).toEqual([
    ['failed', 'ACTIVE'],
    ['overdue', 'ACTIVE'],
  ]);
}, 120_000);

it('it is archived for a consumer that is not configured any more', async () => {
  await open([{ name: 'one' }, { name: 'two' }]);
  breakConsumer();
  await hours(2);
  const { configuration } = scene.world;
  const [one] = configuration.consumers;
  scene.world.configuration = { ...configuration, consumers: one === undefined ? [] : [one] };
  await hours(2);
  expect(findings().map(([id, state]) => [id, state])).toEqual([
    ['influxdb-token-rotation/prod/one/failed', 'ACTIVE'],
    ['influxdb-token-rotation/prod/two/failed', 'ARCHIVED'],
  ]);
});

it('it is archived when it was over while nobody told Security Hub, as soon as somebody does', async () => {
  const news = { topic: undefined, format: 'text', digest: undefined, warnBeforeMs: DAY } as const;
  await open([{}], { news });
  const mend = breakConsumer();
  await hours(2);
  mend();
  const { configuration } = scene.world;
  scene.world.configuration = { ...configuration, securityHub: false };
  await hours(2);
  scene.world.configuration = configuration;
  await hours(1);
  expect(findings().map(([id, state]) => [id, state])).toEqual([
    ['influxdb-token-rotation/prod/telegraf/failed', 'ARCHIVED'],
  ]);
});

describe('of what Security Hub takes in part', () => {
  const ids = () => [...(hub()?.findings.keys() ?? [])].map((id) => id.split('/').slice(-2).join('/'));
  const refuse = (...consumers: string[]) => {
    const FailedFindings = consumers.map((name) => ({
      ...{ Id: `influxdb-token-rotation/prod/${name}/failed`, ErrorCode: 'InvalidInput', ErrorMessage: 'not this one' },
    }));
    const counts = { FailedCount: consumers.length, SuccessCount: 2 - consumers.length };
    return hub()?.faults.add({
      on: 'BatchImportFindings',
      status: 200,
      body: JSON.stringify({ ...counts, FailedFindings }),
    });
  };
  const news = async () => {
    const lines: object[] = [];
    await scene.run('run', {
      log: (code, fields) => void (code.startsWith('NEWS') && lines.push({ code, ...fields })),
    });
    scene.world.clock.advance(HOUR);
    return lines;
  };

  it('the next run tells only what was refused', async () => {
    await open([{ name: 'one' }, { name: 'two' }]);
    breakConsumer();
    refuse('two');
    expect(await news()).toMatchObject([
      { code: 'NEWS_TOLD', to: 'findings', count: 1 },
      { code: 'NEWS_NOT_TOLD', to: 'findings', count: 1, error: expect.stringContaining('not this one') },
    ]);
    // The answer that was made up let none through: so what is there now was sent again.
    await hours(1);
    expect(ids()).toEqual(['two/failed']);
    expect(hub()?.calls).toHaveLength(2);
    await hours(1);
    expect(hub()?.calls).toHaveLength(2);
  });

  it('what is over, and was refused, is archived by the next run', async () => {
    await open([{ name: 'one' }, { name: 'two' }]);
    const mend = breakConsumer();
    await hours(1);
    mend();
    refuse('one');
    await hours(2);
    expect(findings().map(([id, state]) => [String(id).split('/').at(-2), state])).toEqual([
      ['one', 'ARCHIVED'],
      ['two', 'ACTIVE'],
    ]);
  });

  it('what was told long ago, and is refused when it is told again, keeps its time', async () => {
    await open([{ name: 'one' }, { name: 'two' }]);
    breakConsumer();
    await hours(24);
    refuse('one');
    await hours(48);
    expect(hub()?.calls).toHaveLength(3);
    expect(findings().map(([, , createdAt]) => createdAt)).toEqual(Array(2).fill('2026-01-01T00:00:00.000Z'));
  });
});

it('what a call took is not sent again because a later one failed', async () => {
  await open(Array.from({ length: 120 }, (_, index) => ({ name: `c${index}` })));
  breakConsumer();
  hub()?.faults.add({ on: 'BatchImportFindings', skip: 1, status: 403 });
  await hours(1);
  expect(hub()?.findings.size).toBe(100);
  await hours(1);
  expect([hub()?.findings.size, hub()?.calls.length]).toEqual([120, 3]);
  const updated = new Set([...(hub()?.findings.values() ?? [])].map(({ finding }) => finding.UpdatedAt));
  expect(updated.size).toBe(2);
}, 60_000);

it('more than a hundred go in several calls', async () => {
  await open(Array.from({ length: 120 }, (_, index) => ({ name: `c${index}` })));
  breakConsumer();
  await hours(1);
  expect(hub()?.calls.map(({ operation }) => operation)).toEqual(['BatchImportFindings', 'BatchImportFindings']);
  expect(hub()?.findings.size).toBe(120);
}, 60_000);

it.each([403, 429, 503])(
  'what is answered with %s is logged, fails nothing, and is told by the next run',
  async (status) => {
    await open();
    await hours(2);
    breakConsumer();
    hub()?.faults.add({ on: 'BatchImportFindings', times: 4, status });
    const lines: { code: string; fields: object }[] = [];
    await scene.run('run', { log: (code, fields) => lines.push({ code, fields }) });
    expect(
      lines.filter(({ code }) => code.startsWith('NEWS')).map(({ code, fields }) => ({ code, ...fields })),
    ).toMatchObject([{ code: 'NEWS_NOT_TOLD', to: 'findings', count: 1 }]);
    hub()?.faults.clear();
    scene.world.clock.advance(HOUR);
    await hours(1);
    expect(findings()).toHaveLength(1);
  },
);
