import { RequestRefusedError, type Rotator, UsageError } from './function/rotator.ts';
import type { Options } from './options.ts';

/** Each kind of function is loaded only where it is asked: the handler, and the AWS SDK, take most of a start. */
export async function whomToAsk({ local, config, ...which }: Options): Promise<Rotator> {
  if (local && config === undefined) throw new UsageError('--local needs --config FILE');
  if (!local && config !== undefined)
    throw new UsageError('--config needs --local: the deployed function has a configuration of its own');
  const rotator =
    config === undefined
      ? await (await import('./function/deployed.ts')).deployed(which)
      : (await import('./function/in-process.ts')).inProcess(config, () => {});
  return {
    ...rotator,
    ask: async (request, follow) => {
      try {
        return await rotator.ask(request, follow);
      } catch (error) {
        if (!(error instanceof RequestRefusedError)) throw error;
        throw new UsageError(asTyped(error.message), { cause: error });
      }
    },
  };
}

/** What people type for a key of a request. */
const TYPED: Readonly<Record<string, string>> = {
  consumers: 'consumer',
  minAge: '--min-age',
  for: '--for',
  reason: '--reason',
  by: '--by',
  versionId: 'version id',
  authorizationId: 'authorization id',
};

/** Each problem of a request is a line that begins with its key. */
function asTyped(message: string): string {
  return message.replaceAll(
    /^ {2}(?:command\.)?([A-Za-z]+)(?:\[\d+\])?: /gm,
    (_, key: string) => `  ${TYPED[key] ?? key}: `,
  );
}
