import { ConfigurationError, type Problem } from '../../lambda/config/problems.ts';
import type { UsageError } from '../function/rotator.ts';
import { typedLocally } from '../typed.ts';
import type { Fault } from './fault.ts';
import { stepsFor } from './of-mend.ts';
import { byHand, configuration, type Step } from './step.ts';

/** What is wrong with the file itself; undefined if that is not what is wrong. */
export function configurationFaults({ cause }: UsageError, file: string): Fault[] | undefined {
  if (!(cause instanceof ConfigurationError)) return undefined;
  return cause.problems.map((problem) => ({
    ...{ group: problem.mends === undefined ? 'configuration' : 'aws', code: cause.code, consumers: [] },
    what: problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`,
    remedy: stepsOf(problem, file),
  }));
}

/** Nothing was asked. */
const NOWHERE = { influxdb: { url: '', org: '' }, secretsManager: {} } as const;

function stepsOf({ path, message, meant, right, mends }: Problem, file: string): Step[] {
  if (mends !== undefined)
    return mends.flatMap((mend) =>
      stepsFor(mend, { servers: NOWHERE, typed: typedLocally(file), isLocal: true, consumer: undefined }),
    );
  if (meant !== undefined) return [{ kind: 'configuration', path, rename: meant }];
  if (right !== undefined) return [configuration(path, right)];
  return [byHand(path === '' ? message : `${path} ${message}`)];
}
