import { RATE_DEFAULTS } from '../../lambda/config/rates.ts';
import { exactly, type Figure, measured } from '../figure.ts';
import { runOf } from '../pairs.ts';
import type { Programs } from '../programs/programs.ts';
import { Servers } from '../servers/servers.ts';
import { LATENCY_MS } from './critical-path.ts';

interface ThrottlingOptions {
  readonly programs: Programs;
  readonly consumers: number;
  /** Writes a second that the account may make. */
  readonly quotas: readonly number[];
}

/** What a run writes of its own accord, a second. */
const OWN_RATE = RATE_DEFAULTS.secretsManagerWritesPerSecond;
/** Each rotation puts a version, and promotes it. */
const WRITES = 2;

/** What a quota makes of a run for which all is due: how long it takes, what is throttled, and what fails. */
export async function measureThrottling({ programs, consumers, quotas }: ThrottlingOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const writeQuota of quotas) {
    const servers = await Servers.open({ consumers, due: true, latencyMs: LATENCY_MS, writeQuota });
    programs.configure(servers.configuration);
    try {
      const run = await runOf('ours', { programs, servers, memoryMb: 1024, pairs: 1, actions: ['status', 'run'] });
      const { failed = 0 } = run.invoked;
      const allowedMs = (1000 * WRITES * consumers) / Math.min(OWN_RATE, writeQuota);
      const about = { part: 'throttling', at: writeQuota, counted: 'writes a second', name: '' };
      figures.push(
        {
          ...{ ...about, limit: 'quota-wall', unit: '× what the lower rate allows', of: 'ms' },
          ...{
            ...measured([run.last.wallMs / allowedMs]),
            ours: measured([run.last.wallMs]),
            floor: exactly(allowedMs),
          },
        },
        { ...about, limit: 'quota-throttled', unit: 'calls', ...exactly(run.load.throttled) },
        { ...about, limit: 'quota-failed', unit: 'consumers', ...exactly(failed) },
      );
    } finally {
      await servers.close();
    }
  }
  return figures;
}
