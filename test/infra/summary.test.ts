import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { TokenRotationProps } from '../../infra/token-rotation.ts';
import { aConfigurationFile, aRotation, templateOf } from '../builders/a-rotation.ts';

/** What the function's metadata says. */
function summaryWith(props: Partial<TokenRotationProps> = {}): Record<string, unknown> {
  const [handler] = Object.values(templateOf(aRotation(props)).findResources('AWS::Lambda::Function'));
  return handler?.Metadata['influxdb-token-rotation'];
}

it('the template says in words what the configuration says, so that a diff shows what changes', () => {
  expect(summaryWith()).toEqual({
    server: 'https://influxdb.example.com:8086',
    org: 'acme',
    mode: 'rotate',
    'a run every': '1 hour',
    "secret of the rotator's token": 'influxdb/rotator',
    consumers: {
      telegraf: {
        'may do': 'write telemetry',
        secret: 'influxdb/acme/telegraf',
        owner: 'svc-telegraf',
        'replaced every': '30 days',
        'the old one works for': '1 day',
        'and is deleted after': '1 day',
        'no token older than': '35 days',
      },
      grafana: expect.objectContaining({ 'may do': 'read telemetry' }),
    },
  });
});

it('the summary has what is out of the ordinary', () => {
  const [consumer] = aConfigurationFile().consumers;
  const base = { secret: 'influxdb/acme/own', owner: 'svc' };
  const until = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const exception = { reason: 'a test', approvedBy: 'somebody', until };
  const permissions = [{ action: 'read', resource: { type: 'tasks' } }] as const;
  const configuration = aConfigurationFile({
    influxdb: { ...aConfigurationFile().influxdb, self: {} },
    consumers: [
      { ...base, name: 'raw', permissions: [...permissions], createSecret: true, exception },
      { ...base, name: 'old', secret: 'influxdb/acme/old', retired: true },
      { ...base, name: 'all', secret: 'influxdb/acme/all', access: 'all-access', adopt: 'auto' },
      { ...(consumer ?? { ...base, name: 'other' }), rotation: 'secrets-manager' },
    ],
  });
  expect(summaryWith({ configuration, mode: 'plan' })).toMatchObject({
    mode: 'plan',
    "the rotator's own token": { 'replaced every': expect.any(String) },
    consumers: {
      raw: {
        'may do': 'read tasks',
        'creates its secret': 'yes',
        'exempt until': expect.stringMatching(/^20.*, approved by somebody$/),
      },
      old: { retired: 'yes: its tokens are switched off and deleted' },
      all: { 'may do': 'everything in the org', adopts: 'auto' },
      telegraf: { 'begun by': 'Secrets Manager' },
    },
  });
});

it('the summary of very many consumers leaves room in the template, and says how many it leaves out', () => {
  const consumers = Array.from({ length: 600 }, (_, index) => ({
    name: `c${index}`,
    secret: `influxdb/acme/c${index}`,
    owner: 'svc',
    read: ['telemetry'],
  }));
  const configuration = aConfigurationFile({ consumers });
  const summary = summaryWith({ configuration, secretPrefixes: ['influxdb/acme/'] });
  expect(Object.keys(summary.consumers as object)).toHaveLength(500);
  expect(summary['consumers that are not listed']).toBe(100);
  expect(JSON.stringify(summary).length).toBeLessThan(200_000);
});

it('cdk diff shows what a change of the configuration changes, consumer by consumer', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'summary-'));
  const file = join(folder, 'prod.json');
  const options = ['--app=node infra/app.ts', '-c', `config=${file}`];
  const cdk = async (...args: string[]) => {
    const { stdout, stderr } = await promisify(execFile)('node_modules/.bin/cdk', ['--no-notices', ...args], {
      env: { PATH: process.env.PATH, HOME: folder, CDK_DISABLE_CLI_TELEMETRY: '1', AWS_EC2_METADATA_DISABLED: 'true' },
    });
    return stdout + stderr;
  };
  const [telegraf, grafana] = aConfigurationFile().consumers;
  const write = (consumers: unknown[]) =>
    writeFileSync(file, JSON.stringify({ ...aConfigurationFile(), consumers: consumers.filter(Boolean) }));
  write([telegraf]);
  await cdk('synth', '--quiet', ...options, `--output=${join(folder, 'before')}`);
  write([{ ...telegraf, rotateEvery: '7d' }, grafana]);
  const before = join(folder, 'before', 'influxdb-token-rotation-prod.template.json');
  const said = await cdk('diff', ...options, `--output=${join(folder, 'after')}`, `--template=${before}`);
  rmSync(folder, { recursive: true });
  const lines = said.split('\n').map((line) => line.replace(/^[ │├└─]+/, ''));
  const [, ...told] = lines.slice(lines.indexOf('[~] .influxdb-token-rotation:'));
  expect(told.slice(0, 6)).toEqual([
    '[~] .consumers:',
    '[+] Added: .grafana',
    '[~] .telegraf:',
    '[~] .replaced every:',
    '[-] 30 days',
    '[+] 7 days',
  ]);
});
