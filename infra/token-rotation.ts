import { Duration } from 'aws-cdk-lib';
import type { Dashboard, IAlarmAction, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Grant, type IGrantable, type IManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { Alias, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ConfigurationError } from '../lambda/config/problems.ts';
import { READ_ONLY_ALIAS } from '../lambda/config/read-only-alias.ts';
import { RUNBOOK_URL } from '../lambda/config/runbook.ts';
import type { MetricName } from '../lambda/log/metrics.ts';
import { Alarms } from './alarms.ts';
import { assertDeployable } from './assert-deployable.ts';
import type { ScaleOptions } from './batches.ts';
import { byFunction, byStateMachine } from './begins.ts';
import { ConfigRule } from './config-rule.ts';
import { readConfiguration, readConfigurationOfMany } from './configuration.ts';
import { CreatedSecrets } from './created-secrets.ts';
import { createDashboard } from './dashboard.ts';
import { Distribution } from './distribution.ts';
import type { Evidence } from './evidence.ts';
import { RunMetrics } from './metrics.ts';
import type { RotationConfiguration, RotationConfigurationOfMany } from './rotation-configuration.ts';
import { createFunction, type FunctionOptions } from './rotation-function.ts';
import { createSchedule, defaultWindow, type ScheduleOptions } from './run-schedule.ts';
import { ServiceRotation } from './service-rotation.ts';
import { assertUniqueDeployment } from './unique-deployment.ts';
import { WithMetrics } from './with-metrics.ts';

export interface TokenRotationProps extends FunctionOptions, ScheduleOptions, ScaleOptions {
  /**
   * The server and the consumers: the path of a `rotation.json`, or its content. All of it must be literal, because it
   * goes into the function's code. `schedule` and `limits.functionTimeout` in it also configure the AWS resources. With
   * `scale` it has no consumers.
   */
  readonly configuration: string | RotationConfiguration | RotationConfigurationOfMany;

  /**
   * Create the secrets of the consumers, without a value: the first run stores it. They are kept when their consumer or
   * the stack is removed.
   * @default false: they exist already, or the function creates them (`createSecret` in the configuration)
   */
  readonly createSecrets?: boolean;

  /**
   * Allow a server on the machine that deploys, which a function in AWS cannot reach: for an emulator of AWS.
   * @default false: it is an error
   */
  readonly allowLoopback?: boolean;

  /**
   * A topic that is told when an alarm goes off, and when it is over.
   * @default none: the alarms only change their state
   */
  readonly alarmTopic?: ITopic;

  /**
   * Create a CloudWatch dashboard with the alarms, tokens, consumers, runs, and latest warnings.
   * @default false
   */
  readonly dashboard?: boolean;

  /**
   * The permissions boundary of both roles, that of the function and that of the schedule.
   * @default none
   */
  readonly permissionsBoundary?: IManagedPolicy;
}

/**
 * Rotates InfluxDB tokens that are kept in Secrets Manager: a function, its schedule, its permissions and its alarms.
 * @throws {ConfigurationError} with every problem of the configuration at once.
 */
export class TokenRotation extends WithMetrics {
  /** What rotates, and answers commands. */
  readonly function: IFunction;
  /** The log of the function, which outlives the stack. */
  readonly logGroup: ILogGroup;
  /** Lambda's records of failed runs. */
  readonly failedRuns: IQueue;
  /** Runs that EventBridge Scheduler could not start. */
  readonly lostSchedules: IQueue;
  /** Undefined without the option `dashboard`. */
  readonly dashboard: Dashboard | undefined;
  /** What runs the batches; undefined where one function serves all consumers. */
  readonly stateMachine: IStateMachine | undefined;
  readonly #metrics: RunMetrics;
  readonly #alarms: Alarms;
  readonly #evidence: Evidence | undefined;
  #readOnly: Alias | undefined;

  constructor(scope: Construct, id: string, props: TokenRotationProps) {
    super(scope, id);
    const { configuration, createSecrets, alarmTopic, dashboard, permissionsBoundary, ...rest } = props;
    const { allowLoopback: _, scale: __, batches: ___, ...others } = rest;
    const { scale, batches } = props;
    const deployable = scale === undefined ? readConfiguration(configuration) : readConfigurationOfMany(configuration);
    const { deployment, consumers, scheduleMs } = deployable.settings;
    const period = Duration.millis(scheduleMs);
    const { scheduleEnabled = true, flexibleWindow = defaultWindow(period), ...functionOptions } = others;
    assertUniqueDeployment(this, deployment);
    assertDeployable(this, deployable, props);

    if (permissionsBoundary !== undefined) PermissionsBoundary.of(this).apply(permissionsBoundary);
    const secrets = createSecrets
      ? new CreatedSecrets(this, 'Secrets', { consumers, encryptionKey: props.encryptionKey })
      : undefined;
    const distribution =
      scale && batches ? new Distribution(this, 'Batches', batches, deployable.settings.limits) : undefined;
    const made = createFunction(this, deployable, functionOptions, distribution?.beside);
    const { function: handler, logGroup, failedRuns, evidence } = made;
    const { secretPrefixes, mode = deployable.settings.mode } = props;
    if (mode === 'rotate') {
      const rotations = new ServiceRotation(this, 'Rotations', {
        settings: deployable.settings,
        handler,
        secretPrefixes,
      });
      if (secrets !== undefined) rotations.node.addDependency(secrets);
    }
    if (props.configRule) new ConfigRule(this, 'ConfigRule', { deployment, handler });
    const machine = distribution?.createRuns({
      ...deployable,
      worker: handler,
      logGroup,
      mode,
      tracing: props.tracing,
    });
    const begins = machine === undefined ? byFunction(handler) : byStateMachine(machine);
    const lostSchedules = createSchedule(this, begins, period, { scheduleEnabled, flexibleWindow });
    const metrics = new RunMetrics(deployment, period);
    // The services' own metrics also count what a run cannot report itself, such as a time-out or a failed start.
    const failures = machine === undefined ? handler.metricErrors({ period }) : machine.metricFailed({ period });
    const { runbookUrl = RUNBOOK_URL } = props;
    const watched = { deployment, period, metrics, failures, failedRuns, lostSchedules, runbookUrl };
    const keepsEvidence = evidence !== undefined;
    const alarms = new Alarms(this, 'Alarms', { ...watched, scheduleEnabled, keepsEvidence });
    const shown = { deployment, period, metrics, alarms: alarms.all, handler, logGroup, keepsEvidence };
    if (dashboard) this.dashboard = createDashboard(this, shown);

    this.function = handler;
    this.stateMachine = machine;
    this.logGroup = logGroup;
    this.failedRuns = failedRuns;
    this.lostSchedules = lostSchedules;
    this.#metrics = metrics;
    this.#alarms = alarms;
    this.#evidence = evidence;
    if (alarmTopic !== undefined) {
      alarms.addAlarmAction(new SnsAction(alarmTopic));
      alarms.addOkAction(new SnsAction(alarmTopic));
    }
  }

  /** Lets a principal ask for everything: runs, commands, plans. For operators and pipelines. They may read the log, too. */
  grantOperate(grantee: IGrantable): Grant {
    const invoke = this.function.grantInvoke(grantee).combine(this.#grantLog(grantee));
    return this.stateMachine === undefined ? invoke : invoke.combine(this.stateMachine.grantStartExecution(grantee));
  }

  /**
   * Lets a principal ask for `plan` and `status` alone, through an alias of the function, and read the log, which has the
   * evidence. For auditors.
   */
  grantStatus(grantee: IGrantable): Grant {
    this.#readOnly ??= new Alias(this, 'ReadOnly', {
      aliasName: READ_ONLY_ALIAS,
      description: 'Answers plan and status, and writes nothing',
      version: this.function.latestVersion,
    });
    return this.#readOnly.grantInvoke(grantee).combine(this.#grantLog(grantee));
  }

  /**
   * Lets a principal read the evidence of this deployment, and nothing else in the bucket. For auditors, who need
   * `grantStatus` as well to compare it with the log and with what is there.
   * @throws {ConfigurationError} where none is kept.
   */
  grantReadEvidence(grantee: IGrantable): Grant {
    if (this.#evidence !== undefined) return this.#evidence.grantRead(grantee);
    const message = 'is not kept, so nobody can be let read it: give the option evidence';
    throw new ConfigurationError('the deployment', [{ path: 'evidence', message }]);
  }

  /** Lets a principal search the log, and see where it is. */
  #grantLog(grantee: IGrantable): Grant {
    const { functionArn } = this.function;
    const actions = ['lambda:GetFunctionConfiguration'];
    return this.logGroup
      .grant(grantee, 'logs:FilterLogEvents')
      .combine(Grant.addToPrincipal({ grantee, actions, resourceArns: [functionArn] }));
  }

  /** Adds an action that every alarm takes when it goes off, but not when it is over. */
  onFailure(action: IAlarmAction): void {
    this.#alarms.addAlarmAction(action);
  }

  protected override metric(name: MetricName, options: MetricOptions | undefined): Metric {
    return this.#metrics.metric(name, options);
  }
}
