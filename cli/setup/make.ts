import type { Configuration } from '../../lambda/config/configuration.ts';
import { rotate } from '../../lambda/engine/apply/rotate.ts';
import { identityOf } from '../../lambda/engine/document/marker.ts';
import type { Mint } from '../../lambda/engine/plan/steps.ts';
import { InfluxdbError } from '../../lambda/influxdb/errors.ts';
import { SecretsManagerError } from '../../lambda/secrets-manager/errors.ts';
import { type Look, lookAt, type Signing } from './look.ts';
import { ownSettings } from './own-token.ts';
import type { OwnServices } from './services.ts';
import { type Step, stepsOf } from './steps.ts';

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
): Promise<{ readonly made: readonly Step[]; readonly after: Look }> {
  const { services, configuration, signing } = making;
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
    // Seen anew, so that what an attempt of this very command left is among them, and what became current is not.
    const after = await lookAt(services, configuration, signing);
    for (const step of stepsOf(configuration, after, services.clock.now()))
      if (step.kind === 'delete-token') await take(step, () => services.influxdb.deleteAuthorization(step.what));
    return { made, after };
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
