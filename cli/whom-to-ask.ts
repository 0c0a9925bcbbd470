import { deployed } from './function/deployed.ts';
import { inProcess } from './function/in-process.ts';
import { type Rotator, UsageError } from './function/rotator.ts';
import type { Options } from './options.ts';

export async function whomToAsk({ local, config, ...which }: Options): Promise<Rotator> {
  if (local && config === undefined) throw new UsageError('--local needs --config FILE');
  if (!local && config !== undefined)
    throw new UsageError('--config needs --local: the deployed function has a configuration of its own');
  if (config === undefined) return deployed(which);
  return inProcess(config, () => {});
}
