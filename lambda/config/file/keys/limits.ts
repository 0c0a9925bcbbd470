import type { ConfigurationFile } from '../schema.ts';
import type { KeysOf, ObjectOfKeys } from './key.ts';

export const LIMITS: ObjectOfKeys = {
  name: 'LimitsConfiguration',
  text: 'How long calls and runs may take, and how much one run may do.',
  section: 'limits',
  keys: {
    functionTimeout:
      "The function's time-out in Lambda, at most `15m`. A run that is given more time than this refuses to begin.",
    callTimeout:
      "Longest time that one attempt of a call may take. Nine tenths of it may pass until there is a connection, shared among all addresses of the server's name.",
    requestLife: 'Longest time in which a call can still take effect after it was sent, retries included.',
    clockTolerance:
      'Largest difference between the clocks of AWS, InfluxDB and the function. If it is larger, nothing is switched off or deleted, and no token that works is replaced, except for what leaked.',
    lease:
      'Age up to which a token that no secret names may belong to a run that is still alive. A younger one is left alone.',
    maxRetirementsPerRun: {
      text: 'Most tokens that one run switches off out of the ordinary, the oldest first: those of retired consumers, and what is due for longer than three periods of the `schedule`. [Why](protocol.md#the-cap-on-switching-off).',
      byDefault: '100, or a tenth of the consumers if that is more',
    },
    maxMissingPerRun: {
      text: 'Most consumers whose tokens one run replaces because InfluxDB does not know them any more. If more are missing at once, none is replaced, and a person is asked: a stale copy of the server looks just like that.',
      byDefault: '3, or a tenth of the consumers if that is more',
    },
    secretsManagerWritesPerSecond:
      'Most writes to Secrets Manager a second. A rotation has two. AWS takes 50 from an account in a Region, and raises that for nobody: the rest is for others.',
    secretsManagerReadsPerSecond:
      'Most secrets read a second. A batch counts as 20, whatever its size: AWS answers 100 batches a second.',
    influxdbCallsPerSecond: 'Most calls to InfluxDB a second.',
  } satisfies KeysOf<NonNullable<ConfigurationFile['limits']>>,
};
