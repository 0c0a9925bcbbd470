import { readFileSync } from 'node:fs';

/** The name of each alarm, as the construct makes it. */
export const ALARMS: readonly string[] = [
  ...readFileSync('infra/alarms.ts', 'utf8').matchAll(/(?:positive\(|lastingADay\(period, )'(\w+)'/g),
].map(([, name = '']) => name);
