import { randomUUID } from 'node:crypto';
import { callable, type RotationEvent, type RotationFunction, type RotationFunctions } from './rotation-function.ts';
import { intervalOf, nextRotationAt } from './rotation-schedule.ts';
import type { Secret } from './secret.ts';
import { CURRENT, holder, moveLabel, PENDING } from './staging-labels.ts';
import type { Store } from './store.ts';
import { addVersion } from './version-write.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

const MINUTE_MS = 60_000;

/**
 * How long after a failure the service begins again, with the first step. It tries "multiple times" while the rotation
 * window is open, and does not say when; these are a guess. After the last of them it gives up until the next window.
 */
const RETRIES_AFTER_MS = [1, 5, 30, 120].map((minutes) => minutes * MINUTE_MS);

/** Rotations by Lambda function: the service calls the function four times, and not while somebody waits for it. */
export class Rotations {
  /** Undefined: any ARN will do, and whoever rotates takes the steps by hand. */
  readonly functions: RotationFunctions | undefined;
  readonly #store: Store;
  readonly #underWay = new Set<Promise<void>>();
  /** The ARNs of the secrets whose steps are being taken. */
  readonly #rotating = new Set<string>();

  constructor(store: Store, functions: RotationFunctions | undefined) {
    this.#store = store;
    this.functions = functions;
  }

  /** Throws as `RotateSecret` does if the function cannot be called. */
  assertCallable(arn: string, secret: Secret): void {
    if (this.functions !== undefined) callable(this.functions, arn, secret);
  }

  /** Begins a rotation into this version, which is the pending one. */
  begin(secret: Secret, token: string): void {
    if (secret.rotatingVersionId === token && this.#rotating.has(secret.arn)) return;
    Object.assign(secret, { rotatingVersionId: token, failedAttempts: 0, lastRotationError: undefined });
    this.#attempt(secret, token);
  }

  /** Calls `testSecret` alone, as the service does to try a configuration without a rotation; then `after`. */
  rehearse(secret: Secret, token: string, after: (secret: Secret) => void): void {
    const { arn } = secret;
    secret.lastRotationError = undefined;
    this.#start(async () => {
      await this.#take('testSecret', arn, token, randomUUID());
      const left = this.#store.secret(arn);
      if (left !== undefined) after(left);
    });
  }

  /**
   * Begins what is due by now: another attempt at what failed, and what the schedules want. Resolves once nothing is under
   * way any more.
   */
  async catchUp(): Promise<void> {
    await this.settled();
    for (const secret of this.#store.secrets()) {
      if (!secret.rotationEnabled || secret.deletedAt !== undefined) continue;
      const { retryAt, rotatingVersionId } = secret;
      if (retryAt !== undefined) {
        if (retryAt <= this.#store.now() && rotatingVersionId !== undefined) this.#attempt(secret, rotatingVersionId);
      } else if (this.#isDue(secret)) this.begin(secret, this.#pendingVersion(secret));
    }
    await this.settled();
  }

  /** Resolves once no step is under way any more, and none follows at once. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #isDue(secret: Secret): boolean {
    const next = nextRotationAt(secret);
    const rest = secret.gaveUpAt === undefined ? 0 : secret.gaveUpAt + (intervalOf(secret) ?? 0);
    return next !== undefined && Math.max(next, rest) <= this.#store.now();
  }

  /** What an earlier rotation left pending is tried again, or an empty version is made. */
  #pendingVersion(secret: Secret): string {
    const pending = holder(secret, PENDING);
    if (pending !== undefined && pending !== holder(secret, CURRENT)) return pending.id;
    const token = randomUUID();
    this.#store.change(secret, () => moveLabel(secret, PENDING, addVersion(this.#store, secret, token)));
    return token;
  }

  #attempt(secret: Secret, token: string): void {
    const { arn } = secret;
    secret.retryAt = undefined;
    if (this.functions === undefined) return;
    this.#rotating.add(arn);
    this.#start(() => this.#takeAll(arn, token).finally(() => this.#rotating.delete(arn)));
  }

  #start(work: () => Promise<void>): void {
    const started: Promise<void> = work().finally(() => this.#underWay.delete(started));
    this.#underWay.add(started);
  }

  async #takeAll(arn: string, token: string): Promise<void> {
    const rotationToken = randomUUID();
    for (const step of STEPS) {
      const error = await this.#take(step, arn, token, rotationToken);
      const secret = this.#store.secret(arn);
      if (secret === undefined) return;
      if (secret.rotatingVersionId !== token) {
        secret.lastRotationError = `RotationAbandoned: the secret was changed by somebody else before the end of ${step}`;
        return;
      }
      if (error !== undefined) {
        this.#failed(secret, error);
        return;
      }
    }
    const secret = this.#store.secret(arn);
    if (secret !== undefined) this.#finish(secret, token);
  }

  #finish(secret: Secret, token: string): void {
    const version = secret.versions.get(token);
    if (!version || holder(secret, CURRENT) !== version) {
      this.#failed(secret, `finishSecret did not move ${CURRENT} to version ${token}`);
      return;
    }
    this.#store.change(secret, () => {
      version.stages.delete(PENDING);
      const over = { rotatingVersionId: undefined, gaveUpAt: undefined, lastRotationError: undefined };
      Object.assign(secret, { lastRotatedAt: this.#store.now(), ...over });
    });
  }

  #failed(secret: Secret, error: string): void {
    secret.lastRotationError = error;
    const failed = (secret.failedAttempts ?? 0) + 1;
    const after = RETRIES_AFTER_MS[failed - 1];
    secret.failedAttempts = failed;
    if (after !== undefined) secret.retryAt = this.#store.now() + after;
    // The version stays pending, and nobody else can begin another rotation.
    else Object.assign(secret, { rotatingVersionId: undefined, gaveUpAt: this.#store.now() });
  }

  /** Why the step failed. The service says that only in its log; `RotateSecret` itself succeeded. */
  async #take(
    step: RotationEvent['Step'],
    arn: string,
    token: string,
    rotationToken: string,
  ): Promise<string | undefined> {
    try {
      const event = { Step: step, SecretId: arn, ClientRequestToken: token, RotationToken: rotationToken };
      await this.#functionOf(arn)?.invoke(event);
      return undefined;
    } catch (error) {
      const message = `${step}: ${error instanceof Error ? error.message : String(error)}`;
      const secret = this.#store.secret(arn);
      if (secret !== undefined) secret.lastRotationError = message;
      return message;
    }
  }

  /** Looked up for each call: it may be gone since, or its policy changed. */
  #functionOf(arn: string): RotationFunction | undefined {
    const secret = this.#store.secret(arn);
    if (secret?.rotationLambdaArn === undefined || this.functions === undefined) return undefined;
    return callable(this.functions, secret.rotationLambdaArn, secret);
  }
}
