import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monthOf } from '../cost.ts';
import { exactly, type Figure } from '../figure.ts';
import { invokeInLambda } from '../programs/lambda-process.ts';
import type { Programs } from '../programs/programs.ts';
import { Servers } from '../servers/servers.ts';
import { LATENCY_MS } from './critical-path.ts';
import { SMALL_MB } from './memory.ts';

const CONSUMERS = [10, 1000];

/** What a month costs in which hourly runs find nothing due, from what one such run calls, logs and publishes. */
export async function measureIdleMonth(programs: Programs): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const consumers of CONSUMERS) figures.push(...(await idleMonthOf(programs, consumers)));
  return figures;
}

async function idleMonthOf(programs: Programs, consumers: number): Promise<Figure[]> {
  const servers = await Servers.open({ consumers, due: false, latencyMs: LATENCY_MS });
  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  const file = join(folder, 'log.jsonl');
  const log = openSync(file, 'w');
  try {
    programs.configure(servers.configuration);
    await servers.reset();
    const run = invokeInLambda(programs.fileOf('ours'), servers.secretsManagerUrl, SMALL_MB, { actions: ['run'], log });
    const { invocations } = await run;
    const { operations } = await servers.take();
    const ofSecretsManager = Object.entries(operations).filter(([operation]) => !operation.includes(' '));
    const text = readFileSync(file, 'utf8');
    const month = monthOf({
      secretsManagerCalls: ofSecretsManager.reduce((sum, [, count]) => sum + count, 0),
      logBytes: Buffer.byteLength(text),
      metrics: metricsIn(text),
      durationMs: invocations[0]?.wallMs ?? 0,
    });
    const of = { part: 'cost', unit: '$', at: consumers };
    return [
      { ...of, name: '', limit: 'idle-month', ...exactly(month.total) },
      ...(['calls', 'compute', 'log', 'metrics'] as const).map((part) => ({
        ...{ ...of, name: `an idle month: ${part}` },
        ...exactly(month[part]),
      })),
    ];
  } finally {
    closeSync(log);
    rmSync(folder, { recursive: true });
    await servers.close();
  }
}

/** Values in lines of CloudWatch's embedded metric format. */
function metricsIn(log: string): number {
  const lines = log.split('\n').filter((line) => line.startsWith('{"_aws":'));
  return lines.reduce((sum, line) => {
    const { _aws } = JSON.parse(line) as EmbeddedMetrics;
    return sum + _aws.CloudWatchMetrics.reduce((count, { Metrics }) => count + Metrics.length, 0);
  }, 0);
}

interface EmbeddedMetrics {
  readonly _aws: { readonly CloudWatchMetrics: readonly { readonly Metrics: readonly unknown[] }[] };
}
