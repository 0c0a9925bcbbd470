import { parseArgs } from 'node:util';
import { RATE_DEFAULTS } from '../../../lambda/config/rates.ts';
import { measureThrottling } from './measure.ts';

// npm run bench:throttling: how long a run takes where Secrets Manager takes fewer writes a second than are configured, or
// more, on the clock on the wall. --quotas N,N: writes a second (default 50,25,10,8). --consumers N: who all get a token
// (default 200). It fails if a consumer fails, or if a write is throttled where the quota is above the configured rate.

const { values } = parseArgs({
  options: {
    quotas: { type: 'string', default: '50,25,10,8' },
    consumers: { type: 'string', default: '200' },
  },
});

process.stdout.write('writes/s allowed  throttled  failed  seconds  × what the rate allows\n');
for (const quota of values.quotas.split(',').map(Number)) {
  const ceiling = RATE_DEFAULTS.secretsManagerWritesPerSecond;
  const each = await measureThrottling({ consumers: Number(values.consumers), quota, ceiling });
  const { throttled, writes, failed, seconds, leastSeconds } = each;
  const cells = [
    String(quota).padStart(16),
    `${throttled} of ${writes}`.padStart(9),
    String(failed).padStart(6),
    seconds.toFixed(1).padStart(7),
    (seconds / leastSeconds).toFixed(3),
  ];
  process.stdout.write(`${cells.join('  ')}\n`);
  if (failed > 0 || each.rotated !== each.consumers || (quota > ceiling && throttled > 0)) process.exitCode = 1;
}
