import { type Rotator, UsageError } from './function/rotator.ts';
import type { Options } from './options.ts';

/** Each kind of function is loaded only where it is asked: the handler, and the AWS SDK, take most of a start. */
export async function whomToAsk({ local, config, ...which }: Options): Promise<Rotator> {
  if (local && config === undefined) throw new UsageError('--local needs --config FILE');
  if (!local && config !== undefined)
    throw new UsageError('--config needs --local: the deployed function has a configuration of its own');
  if (config === undefined) return (await import('./function/deployed.ts')).deployed(which);
  return (await import('./function/in-process.ts')).inProcess(config, () => {});
}
