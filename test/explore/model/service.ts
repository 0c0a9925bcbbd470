import { randomUUID } from 'node:crypto';
import {
  CancelRotateSecretCommand,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { StepReport } from '../../../lambda/engine/four-steps.ts';
import { StepRefusedError } from '../../../lambda/engine/step-error.ts';
import type { HandlerOptions } from '../../../lambda/handler.ts';
import type { RotationEvent } from '../../../local/secrets-manager/rotation-function.ts';
import type { World } from '../../../simulation/world.ts';
import { DAY } from '../../builders/a-configuration.ts';
import { Gate } from '../../builders/a-scene.ts';
import { FUNCTION_ARN, STEPS } from '../../builders/a-serviced-secret.ts';
import { isDeleted, NAMES, type Name, pendingVersionOf, secretOf, settingsOf, versionsOf } from './look.ts';

export type Step = (typeof STEPS)[number];

/** What became of something that Secrets Manager was asked for, or asked for itself: a line to read. */
export type Outcome = string;

/** Rotations by Secrets Manager: what people ask it for, and the steps that it takes, or that come late. */
export class Service {
  readonly #world: World;
  #mayCall = new Gate();
  /** False: the function cannot be called, so that nobody takes the steps. */
  #isUp = true;
  /** Why the last step of a consumer was not taken. */
  readonly #refusals = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
    this.#mayCall.open();
    world.secretsManager.rotations.functions?.set(FUNCTION_ARN, {
      invoke: async (event) => {
        await this.#mayCall.opened;
        if (!this.#isUp) throw new Error('nobody takes the steps');
        return this.#take(event);
      },
    });
  }

  /** Why the last step that was not taken was not: a code of a reason or of an error. */
  refusalOf(consumer: string): string | undefined {
    return this.#refusals.get(consumer);
  }

  /** Is Secrets Manager to rotate it, by the configuration? */
  isIts(consumer: string): boolean {
    const settings = settingsOf(this.#world, consumer);
    return settings?.rotation === 'secrets-manager' && !settings.retired && !isDeleted(this.#world, consumer);
  }

  isOn(consumer: Name): boolean {
    return this.#secretOf(consumer)?.rotationEnabled === true;
  }

  /** `RotateSecret`; what hangs is tried again. The steps begin with `go`. */
  async ask(consumer: Name): Promise<{ readonly go: () => Promise<Outcome> }> {
    this.#mayCall = new Gate();
    const refusal = await this.#rotate(consumer);
    return {
      go: async () => {
        this.#mayCall.open();
        await this.#world.secretsManager.rotations.settled();
        return refusal ?? this.#secretOf(consumer)?.lastRotationError ?? 'rotated';
      },
    };
  }

  /** The same, and nobody takes the steps: the pending version stays as it is. */
  async askInVain(consumer: Name): Promise<Outcome> {
    this.#isUp = false;
    const { go } = await this.ask(consumer);
    const outcome = await go();
    this.#isUp = true;
    return outcome;
  }

  /** What is due by now: another attempt at what failed, and what the schedules want. */
  async catchUp(consumer: Name): Promise<Outcome> {
    await this.#world.secretsManager.rotations.catchUp();
    return this.#secretOf(consumer)?.lastRotationError ?? 'nothing is amiss';
  }

  async cancel(consumer: Name): Promise<Outcome> {
    return this.#send(new CancelRotateSecretCommand({ SecretId: secretOf(consumer) }));
  }

  /** The label is taken off what is pending. */
  async giveUp(consumer: Name): Promise<Outcome> {
    const RemoveFromVersionId = pendingVersionOf(this.#world, consumer)?.id;
    if (RemoveFromVersionId === undefined) return 'nothing is pending';
    const label = { SecretId: secretOf(consumer), VersionStage: 'AWSPENDING', RemoveFromVersionId };
    return this.#send(new UpdateSecretVersionStageCommand(label));
  }

  /** Of a rotation: the pending version for 0, and else an older one, or one that was given up. */
  versionOf(consumer: Name, back: number): string | undefined {
    const pending = pendingVersionOf(this.#world, consumer);
    const others = versionsOf(this.#world, consumer).filter(({ id }) => id !== pending?.id);
    return (pending === undefined ? others : [pending, ...others])[back]?.id;
  }

  /** One step, by an event that may be an old one. */
  async step(
    consumer: Name,
    step: Step,
    versionId: string,
    options: Partial<HandlerOptions> = {},
  ): Promise<Outcome | undefined> {
    const SecretId = this.#secretOf(consumer)?.arn ?? '';
    const event = { Step: step, SecretId, ClientRequestToken: versionId, RotationToken: randomUUID() };
    return failureOf(this.#take(event, options));
  }

  /** All steps up to the last one, or to one that fails. */
  async steps(consumer: Name, last: Step = 'finishSecret', options: Partial<HandlerOptions> = {}): Promise<Outcome> {
    const version = this.versionOf(consumer, 0);
    if (version === undefined) return 'there is no such secret';
    for (const step of STEPS.slice(0, STEPS.indexOf(last) + 1)) {
      const failure = await this.step(consumer, step, version, options);
      if (failure !== undefined) return failure;
    }
    return `all steps up to ${last} taken`;
  }

  /** A command: what hangs is taken to its end. */
  async resume(consumer: Name): Promise<Outcome> {
    const versionId = this.versionOf(consumer, 0);
    if (versionId === undefined || settingsOf(this.#world, consumer) === undefined) return 'there is nothing to resume';
    const request = { action: 'resume', consumer, versionId, reason: 'a test' };
    return (await failureOf(this.#world.run(request))) ?? 'resumed';
  }

  async #take(event: RotationEvent, options: Partial<HandlerOptions> = {}): Promise<StepReport> {
    const consumer = NAMES.find((name) => this.#secretOf(name)?.arn === event.SecretId) ?? '';
    this.#refusals.delete(consumer);
    try {
      return await this.#world.step(event, options);
    } catch (error) {
      if (error instanceof StepRefusedError) this.#refusals.set(consumer, error.reason.code);
      else this.#refusals.set(consumer, /failed with (\w+)/.exec(String(error))?.[1] ?? '');
      throw error;
    }
  }

  async #rotate(consumer: Name): Promise<Outcome | undefined> {
    const days = Math.round((settingsOf(this.#world, consumer)?.rotateEveryMs ?? 30 * DAY) / DAY);
    const token = pendingVersionOf(this.#world, consumer)?.id ?? randomUUID();
    const rotation = { SecretId: secretOf(consumer), ClientRequestToken: token, RotationLambdaARN: FUNCTION_ARN };
    const send = this.#world.secrets.send(
      new RotateSecretCommand({ ...rotation, RotationRules: { AutomaticallyAfterDays: days } }),
    );
    return failureOf(send);
  }

  async #send(command: UpdateSecretVersionStageCommand | CancelRotateSecretCommand): Promise<Outcome> {
    const sent: Promise<unknown> = this.#world.secrets.send(command as CancelRotateSecretCommand);
    return (await failureOf(sent)) ?? 'done';
  }

  #secretOf(consumer: Name) {
    return this.#world.secretsManager.store.secret(secretOf(consumer));
  }
}

function failureOf(work: Promise<unknown>): Promise<Outcome | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
