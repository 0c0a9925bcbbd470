import type { Configuration } from '../../lambda/config/configuration.ts';
import { rotate } from '../../lambda/engine/apply/rotate.ts';
import { identityOf } from '../../lambda/engine/document/marker.ts';
import type { Mint } from '../../lambda/engine/plan/steps.ts';
import { InfluxdbError } from '../../lambda/influxdb/errors.ts';
import { SecretsManagerError } from '../../lambda/secrets-manager/errors.ts';
import { UsageError } from '../function/rotator.ts';
import { type Look, lookAt, type Signing } from './look.ts';
import { ownSettings } from './own-token.ts';
import type { OwnServices } from './services.ts';
import { leftIn, type Step } from './steps.ts';

/** Where the steps are made. */
export interface Making {
  readonly services: OwnServices;
  readonly configuration: Configuration;
  readonly signing: Signing;
}

/**
 * Makes what is missing, step by step, and says so on each. What dies in between leaves nothing that the next `init` does
 * not find: names are looked up before they are made, and the token is made as a rotation makes it.
 */
export async function makeAll(
  making: Making,
  steps: readonly Step[],
  told: (step: Step) => void,
): Promise<readonly Step[]> {
  const made: Step[] = [];
  const take = async (step: Step, act: () => Promise<void>) => {
    const settle = (outcome: Step['outcome']) => {
      made.push({ ...step, outcome });
      told({ ...step, outcome });
    };
    await act().then(
      () => settle('done'),
      (error: unknown) => {
        settle('failed');
        throw error;
      },
    );
  };
  try {
    for (const step of steps.filter(({ kind }) => kind !== 'delete-token'))
      await take(step, () => makeOne(making, step));
    for (const step of await leftNow(making))
      await take(step, () => making.services.influxdb.deleteAuthorization(step.what));
    return made;
  } catch (error) {
    throw new HalfMadeError([...made, ...steps.slice(made.length).map(notAttempted)], error);
  }
}

/** Something failed, and these steps were made before it. */
export class HalfMadeError extends Error {
  override readonly name = 'HalfMadeError';
  readonly steps: readonly Step[];

  constructor(steps: readonly Step[], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.steps = steps;
  }
}

function notAttempted(step: Step): Step {
  return { ...step, outcome: 'not-attempted' };
}

async function makeOne(making: Making, { kind, what }: Step): Promise<void> {
  const { services } = making;
  switch (kind) {
    case 'create-user':
      await services.influxdb.createUser(what).catch(isThere);
      return;
    case 'create-secret':
      await services.store.create(what).catch(isThere);
      return;
    case 'make-token':
      return makeToken(making, await lookAt(services, making.configuration, making.signing));
    case 'write-file':
    case 'delete-token':
      throw new Error(`${kind} is made elsewhere`);
  }
}

/** Somebody made it meanwhile, or an attempt of ours that was not answered did. */
function isThere(error: unknown): void {
  const exists =
    (error instanceof InfluxdbError && error.status === 422) ||
    (error instanceof SecretsManagerError && error.exception === 'ResourceExistsException');
  if (!exists) throw error;
}

/** By the rules of a rotation: inactive, stored, activated, tried, promoted, or undone. */
async function makeToken({ services, configuration }: Making, look: Look): Promise<void> {
  const { target, own, ownArn, why } = look;
  if (why === undefined) return;
  if (target === undefined) throw new Error(look.problems[0] ?? 'a user that was just made is not seen yet');
  const settings = ownSettings(configuration);
  const empty =
    ownArn === undefined
      ? undefined
      : {
          ...{ secretId: ownArn, identity: identityOf(configuration.deployment, settings.name, ownArn) },
          ...{ versionId: '', text: '{}' },
        };
  const mint: Mint = {
    ...{
      kind: 'mint',
      reason: { code: 'FIRST_TOKEN' },
      urgent: false,
      secondLook: false,
      changes: [],
      into: undefined,
    },
    createFirst: own.start !== undefined ? undefined : ownArn === undefined ? 'secret' : 'value',
    start: own.start ?? empty,
    ...{ target, ledger: own.ledger },
  };
  await rotate(services, settings, mint);
}

/** Reads of AWS may lag behind writes for a short while. */
const LAG_MS = 4_000;

/**
 * Seen anew: what an attempt of this very command left is among them, and what became current is not. Whatever could have
 * become that a moment ago is looked at twice.
 */
async function leftNow({ services, configuration, signing }: Making): Promise<Step[]> {
  const look = () => lookAt(services, configuration, signing);
  const first = await look();
  const isSure = !first.ownRows.some(({ mayBecomePresent }) => mayBecomePresent);
  if (!isSure) await services.clock.sleep(LAG_MS);
  const seen = isSure ? first : await look();
  const [problem] = seen.problems;
  if (problem !== undefined) throw new UsageError(problem);
  return leftIn(seen);
}
