import { CallError } from '../calls/call-error.ts';
import { codeOf, logDefect, messageOf } from '../calls/failure.ts';
import type { Configuration, ConsumerSettings } from '../config/configuration.ts';
import { SecretIndex } from '../config/secret-name.ts';
import type { Resume } from '../requests/request.ts';
import type { RotationStep } from '../requests/rotation-step.ts';
import { SecretsManagerError } from '../secrets-manager/errors.ts';
import type { NewToken } from './apply/new-token.ts';
import { promote } from './apply/promote.ts';
import { mintAndStore } from './apply/rotate.ts';
import type { Services } from './apply/services.ts';
import { activate } from './apply/store-and-activate.ts';
import { verify } from './apply/verify.ts';
import { askedHash } from './document/marker.ts';
import { lookAtAll, lookAtLittle } from './look-for-step.ts';
import { answer } from './observe/answer.ts';
import type { Answers } from './observe/question.ts';
import type { RunContext } from './observe-and-plan.ts';
import { describeDecision } from './plan/decision.ts';
import { type PendingToken, planStep, type StepFacts, type StepPlan } from './plan/four-steps.ts';
import type { Planned } from './report/consumer-report.ts';
import { StepFailedError, StepRefusedError } from './step-error.ts';
import type { Account } from './witness.ts';

/** What became of a step that was taken. */
export interface StepReport extends RotationStep {
  readonly consumer: string;
}

/**
 * R14: one step of a rotation by Secrets Manager, for one consumer. It does what a run does for a token that is due, step
 * by step: `createSecret` mints and stores, `setSecret` activates, `testSecret` verifies, and `finishSecret` promotes.
 * Older tokens are left to the runs, so they keep their grace period. Taken again, a step does nothing more.
 *
 * @throws {StepRefusedError | StepFailedError} Then Secrets Manager begins again with the first step.
 */
export function takeStep(context: RunContext, asked: RotationStep): Promise<StepReport> {
  return witnessed(context, { action: 'step' }, () => take(context, asked));
}

async function take(context: RunContext, asked: RotationStep): Promise<StepReport> {
  const { configuration, log } = context;
  const { step, versionId } = asked;
  const settings = consumerOf(configuration, asked);
  const { name: consumer } = settings;
  log('STEP_STARTED', { consumer, step, versionId });
  try {
    await carryOut(context, settings, asked);
  } catch (error) {
    if (error instanceof StepRefusedError) {
      const { message, reason } = error;
      log('STEP_REFUSED', { consumer, step, versionId, reason: message, reasonCode: reason.code });
      throw error;
    }
    logDefect(log, error, consumer);
    const failure = { error: messageOf(error), errorCode: codeOf(error) };
    log('STEP_FAILED', { consumer, step, versionId, ...failure });
    throw new StepFailedError(step, failure.error, failure.errorCode);
  }
  log('STEP_DONE', { consumer, step, versionId });
  return { ...asked, consumer };
}

/** A rotation by Secrets Manager that hangs, taken to its end: the same steps, with the same refusals. */
export function resumeRotation(context: RunContext, resume: Resume): Promise<StepReport> {
  const { action, reason, by } = resume;
  return witnessed(context, { action, reason, by }, () => takeAll(context, resume));
}

/** Whatever becomes of it is put on record. */
async function witnessed(
  { witness, clock }: RunContext,
  asked: Account['asked'],
  act: () => Promise<StepReport>,
): Promise<StepReport> {
  const startedAt = clock.now();
  try {
    return await act();
  } finally {
    await witness?.conclude({ asked, startedAt, report: undefined });
  }
}

async function takeAll(context: RunContext, { consumer, versionId, action, reason, by }: Resume): Promise<StepReport> {
  context.log('RUN_STARTED', { action, mode: context.configuration.mode, consumers: 1, reason, by });
  const settings = context.configuration.consumers.find(({ name }) => name === consumer);
  const { secret } = settings ?? { secret: consumer };
  const described = settings && (await context.store.describe(secret));
  if (described === undefined) throw StepRefusedError.because('resume', { code: 'SECRET_NOT_FOUND', secret, consumer });
  const asked = { secretArn: described.arn, versionId };
  for (const step of ['createSecret', 'setSecret', 'testSecret'] as const) await take(context, { ...asked, step });
  return take(context, { ...asked, step: 'finishSecret' });
}

function consumerOf({ consumers }: Configuration, { step, secretArn: secret }: RotationStep): ConsumerSettings {
  const index = new SecretIndex();
  for (const [number, consumer] of consumers.entries()) index.add(consumer.secret, number);
  const found = consumers[index.find(secret) ?? -1];
  if (found === undefined) throw StepRefusedError.because(step, { code: 'SECRET_OF_NOBODY', secret });
  return found;
}

async function carryOut(context: RunContext, settings: ConsumerSettings, asked: RotationStep): Promise<void> {
  const makes = asked.step === 'createSecret';
  const { services, answers, planned } = await (makes ? lookAtAll : lookAtLittle)(context, settings, asked);
  const plan = await decide(context, services, { settings, asked, answers });
  switch (plan.kind) {
    case 'done':
      return;
    case 'refused':
      throw StepRefusedError.because(asked.step, plan.reason);
    case 'unseen':
      throw new CallError('INFLUXDB_REFUSED', 'refused', plan.detail);
    case 'make':
      return make(services, asked, planned);
    case 'activate':
      return activate(services, readyToken(plan, settings, asked));
    case 'verify':
      return verify(services, readyToken(plan, settings, asked), false);
    case 'promote':
      return promote(services, readyToken(plan, settings, asked, plan.from));
  }
}

async function decide(
  { configuration, clock, serviceClocks }: RunContext,
  { influxdb, store }: Services,
  given: { readonly settings: ConsumerSettings; readonly asked: RotationStep; readonly answers: Answers },
): Promise<Exclude<StepPlan, { readonly kind: 'question' }>> {
  const { settings, asked, answers } = given;
  const { deployment, limits, mode } = configuration;
  const { step, versionId } = asked;
  const sources = { influxdb, store, secretId: asked.secretArn, tokenKey: settings.tokenKey, token: undefined };
  for (;;) {
    const clocks = serviceClocks.verdict(limits.clockToleranceMs);
    const facts: StepFacts = { now: clock.now(), clocks, deployment, limits, settings, answers, step, versionId, mode };
    const plan = planStep(facts);
    if (plan.kind !== 'question') return plan;
    await answer(answers, plan.question, sources);
  }
}

/** Another attempt of the same rotation may have been faster. Then its value is the one that counts. */
async function make(services: Services, { step, secretArn, versionId }: RotationStep, planned: Planned | undefined) {
  if (planned === undefined) throw new Error('a step that makes a token has a decision about it');
  const { facts, outcome } = planned;
  if (outcome.kind === 'undecided') throw outcome.error;
  const { next } = outcome;
  if (next?.kind !== 'mint')
    throw new StepRefusedError(step, describeDecision(outcome), outcome.obstacle ?? outcome.reason);
  try {
    await mintAndStore(services, facts.settings, next);
  } catch (error) {
    const exists = error instanceof SecretsManagerError && error.exception === 'ResourceExistsException';
    if (!exists || (await services.store.readVersion(secretArn, { versionId })) === undefined) throw error;
  }
}

function readyToken(
  { token, row, identity }: PendingToken,
  settings: ConsumerSettings,
  { secretArn: secretId, versionId: rotationId }: RotationStep,
  from = '',
): NewToken {
  return {
    settings,
    start: { secretId, identity, versionId: from, text: '' },
    authorization: { ...row, token },
    rotationId,
    ...{ mayStillLand: false, stored: true, live: row.status === 'active', asked: askedHash(row.permissions) },
  };
}
