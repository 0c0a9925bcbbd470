import { randomUUID } from 'node:crypto';
import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import type { Context } from 'aws-lambda';
import { endpointsIn } from './aws/endpoints.ts';
import { Budget } from './calls/budget.ts';
import { CallCounts } from './calls/call-counts.ts';
import { type Clock, systemClock } from './calls/clock.ts';
import { Crew } from './calls/crew.ts';
import { Secrets } from './calls/secrets.ts';
import { ServiceClocks } from './calls/service-clocks.ts';
import type { Configuration } from './config/configuration.ts';
import { deployedConfiguration, filesIn } from './config/deployed.ts';
import { formatDuration } from './config/duration.ts';
import { SCALE_VARIABLE } from './config/scale-variable.ts';
import { warningsOf } from './config/warnings.ts';
import type { RuleAnswer } from './config-rule/answer-rule.ts';
import { behaviourOf } from './engine/behaviour.ts';
import { resumeRotation, type StepReport, takeStep } from './engine/four-steps.ts';
import { Newsroom } from './engine/newsroom.ts';
import type { Elsewhere } from './engine/observe/elsewhere.ts';
import { mayRotateMore } from './engine/pace.ts';
import { answerable } from './engine/report/answerable.ts';
import type { RunReport } from './engine/report/report.ts';
import { RunFailedError } from './engine/report/run-failed-error.ts';
import { run } from './engine/run.ts';
import { EventBus } from './eventbridge/event-bus.ts';
import type { EvidenceStore } from './evidence/store.ts';
import { Transport } from './influxdb/transport.ts';
import { CodedError } from './log/coded-error.ts';
import type { History } from './log/history.ts';
import type { Log } from './log/log.ts';
import type { DeskOptions } from './news/edition.ts';
import { atScale, type Evidence, openEvidence, ruleOf, tellNews } from './parts.ts';
import { isFromConfig } from './requests/from-config.ts';
import { assertMayAct } from './requests/may-act.ts';
import { readRequest } from './requests/read-request.ts';
import { rotationStepIn } from './requests/rotation-step.ts';
import { connectingWithin } from './secrets-manager/connecting.ts';
import { CredentialReasons } from './secrets-manager/credential-reasons.ts';
import { SecretStore } from './secrets-manager/store.ts';
import { createLog, createMetrics, type PublishMetrics } from './telemetry/lines.ts';
import { logReport } from './telemetry/log-report.ts';
import { maskedReport, masking } from './telemetry/masking.ts';

export interface HandlerOptions {
  readonly configuration: Configuration;
  /** @default the environment's Region, credentials and endpoint */
  readonly secretsManager?: SecretsManagerClientConfig;
  /** Of services beside Secrets Manager. @default those of the environment, or else of the Region */
  readonly endpoints?: Partial<ReturnType<typeof endpointsIn>>;
  /** What the function remembers. @default its own log group; without one it remembers nothing */
  readonly history?: History | undefined;
  /** Where evidence is kept, if the configuration keeps any. @default what the configuration names */
  readonly evidenceStore?: EvidenceStore | undefined;
  /** @default the system's clock */
  readonly clock?: Clock;
  /** @default JSON lines on stdout, with the deployment and the id of the invocation */
  readonly log?: Log;
  /** @default EMF lines on stdout */
  readonly publishMetrics?: PublishMetrics;
  /** Given where the configuration has only some of the deployment's consumers. */
  readonly elsewhere?: Elsewhere;
}

type Invocation = Pick<Context, 'getRemainingTimeInMillis'> &
  Partial<Pick<Context, 'awsRequestId' | 'invokedFunctionArn'>>;

/**
 * Does what one event asks for, and returns the report.
 * @throws {RunFailedError} one summary if the run as a whole failed or, unless the action is `status`, a consumer did. A
 * `check` answers with its report, whatever failed.
 * A step of a rotation by Secrets Manager is taken instead, and throws a `StepRefusedError` or a `StepFailedError`. A rule of
 * AWS Config is answered, and nothing else is written.
 * @throws {RequestError} if the event is not understood; nothing was done.
 */
export interface Handler {
  (event: StepEvent, context: Invocation): Promise<StepReport>;
  (event: RuleEvent, context: Invocation): Promise<RuleAnswer>;
  (event: unknown, context: Invocation): Promise<RunReport>;
}

/** What AWS Config sends. */
interface RuleEvent {
  readonly invokingEvent: string;
}

/** What Secrets Manager sends. */
interface StepEvent {
  readonly Step: string;
}

/**
 * Wires the parts together. The clients live for one invocation, so that no call is in flight when the handler returns:
 * a sandbox that is frozen then and thawed hours later has nothing to resume.
 */
export function createHandler({
  configuration,
  secretsManager = {},
  clock = systemClock,
  ...options
}: HandlerOptions): Handler {
  const { limits, influxdb, deployment, events, scheduleMs } = configuration;
  const endpoints = { ...endpointsIn(process.env), ...options.endpoints };
  const publishMetrics = options.publishMetrics ?? createMetrics(deployment);
  const tokenKeys = [influxdb, ...configuration.consumers].map(({ tokenKey }) => tokenKey);
  const sandbox: DeskOptions['sandbox'] = {};
  const handle = async (event: unknown, context: Invocation): Promise<RunReport | StepReport | RuleAnswer> => {
    const step = rotationStepIn(event);
    const place = { functionArn: context.invokedFunctionArn, now: clock.now(), ...limits };
    const rule = isFromConfig(event) ? await ruleOf(event, place) : undefined;
    const request = await readRequest(step ? { action: 'run' } : rule ? { action: 'status' } : event, configuration);
    // What writes anywhere, if only to AWS Config, needs the right to do what a run does.
    assertMayAct(rule ? { action: 'run' } : request, context.invokedFunctionArn);
    const secrets = new Secrets();
    const { AWS_LAMBDA_LOG_LEVEL: least } = process.env;
    const log = masking(options.log ?? createLog(deployment, context.awsRequestId, least), secrets);
    const remainingMs = context.getRemainingTimeInMillis();
    assertLeaseHolds(remainingMs, limits.functionTimeoutMs);
    const budget = new Budget(clock, remainingMs, limits);
    const serviceClocks = new ServiceClocks(clock);
    const crew = new Crew(clock, () => mayRotateMore(budget, limits));
    const calls = { clock, budget, limits, counts: new CallCounts(), crew };
    const client = clientFor(limits, secretsManager);
    const transport = new Transport({ ...calls, url: influxdb.url, ca: influxdb.ca, serviceClocks });
    for (const { message, inEachRun } of warningsOf(configuration, clock.now()))
      if (inEachRun) log('CONFIGURATION_WARNING', { warning: message });
    let evidence: Evidence | undefined;
    try {
      const store = new SecretStore(client, { ...calls, environment: process.env }, serviceClocks, tokenKeys);
      const bus = events && new EventBus(client, calls, { ...events, endpoint: endpoints.eventBridge });
      const ownLog = { group: process.env.AWS_LAMBDA_LOG_GROUP_NAME, deployment, endpoint: endpoints.logs };
      const runId = context.awsRequestId ?? randomUUID();
      const memory = { client, calls, ownLog, history: options.history };
      const ofRun = { configuration, clock, budget, log, secrets, runId, store: options.evidenceStore, ...memory };
      evidence = await openEvidence(request.action, ofRun);
      const newsroom = bus && new Newsroom({ bus, log, deployment, scheduleMs });
      const parts = {
        configuration,
        clock,
        budget,
        log: evidence?.recorder.on(log) ?? log,
        witness: evidence?.recorder,
        ...{ store, transport, serviceClocks, callCounts: calls.counts, crew },
        ...{ newsroom, sandbox, elsewhere: options.elsewhere },
        newId: randomUUID,
      };
      if (step !== undefined) return await secrets.during(() => takeStep(parts, step));
      if (request.action === 'resume') return await secrets.during(() => resumeRotation(parts, request));
      const behaviour = behaviourOf(request, configuration);
      const report = maskedReport(await secrets.during(() => run(parts, request)), secrets);
      logReport(log, report);
      const isPartial = request.action !== 'run' || request.consumers !== undefined;
      if (behaviour.publishes) publishMetrics(report, isPartial);
      if (!isPartial && (configuration.news !== undefined || configuration.securityHub))
        await secrets.during(() => tellNews(report, { ...parts, ...memory, bus, endpoints, environment: process.env }));
      if (behaviour.failsFor !== 'never') RunFailedError.throwIfFailed(report, behaviour.failsFor);
      if (rule !== undefined) return await rule.answer({ client, calls, endpoint: endpoints.config, log }, report);
      return answerable(report);
    } finally {
      evidence?.close();
      client.destroy();
      await transport.close();
    }
  };
  return handle as Handler;
}

function clientFor({ callTimeoutMs }: Configuration['limits'], given: SecretsManagerClientConfig) {
  const requestHandler = connectingWithin(callTimeoutMs);
  const options = { requestHandler, logger: new CredentialReasons(), ...given, maxAttempts: 1 };
  return new SecretsManagerClient(options);
}

/** The function may run for longer than the configuration says. Nothing was done. */
class TimeOutTooLongError extends CodedError {
  override readonly name = 'TimeOutTooLongError';
  override readonly code = 'TIME_OUT_TOO_LONG';
}

/** @throws {TimeOutTooLongError} if a run could outlive the lease, which is chosen for the configured time-out. */
function assertLeaseHolds(remainingMs: number, functionTimeoutMs: number): void {
  if (remainingMs <= functionTimeoutMs) return;
  throw new TimeOutTooLongError(
    `the function may run for ${formatDuration(remainingMs)}, longer than limits.functionTimeout (${formatDuration(functionTimeoutMs)}), from which the lease follows: lower the function's time-out, or raise both limits.functionTimeout and limits.lease`,
  );
}

let deployed: ((event: unknown, context: Invocation) => Promise<unknown>) | undefined;

/**
 * The entry point of the Lambda function. The configuration is the file `rotation.json` in the handler's folder, or its
 * parsed form; the bus, the topic and the place of evidence may be in the environment instead.
 */
export const handler = (async (event: unknown, context: Invocation) => {
  deployed ??= await deployedHandler(process.env);
  return deployed(event, context);
}) as Handler;

async function deployedHandler(environment: NodeJS.ProcessEnv): Promise<NonNullable<typeof deployed>> {
  // In the bundle, which is CommonJS, import.meta has no dirname.
  const files = filesIn(import.meta.dirname ?? __dirname);
  const scale = environment[SCALE_VARIABLE];
  if (scale === undefined) return createHandler({ configuration: await deployedConfiguration(files, environment) });
  const given = { file: files.file, scale, environment, clock: systemClock, createHandler, createLog, createMetrics };
  return (event, context) => atScale(given, event, context);
}
