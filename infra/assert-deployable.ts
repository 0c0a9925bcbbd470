import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ConfigurationError } from '../lambda/config/problems.ts';
import { type Use, useProblems } from '../lambda/config/use-problems.ts';
import { warningsOf } from '../lambda/config/warnings.ts';
import { batchProblems, type ScaleOptions } from './batches.ts';
import type { DeployableConfiguration } from './configuration.ts';
import { busProblems } from './event-bus.ts';
import { evidenceProblems } from './evidence.ts';
import { loopbackProblems, warnOfLoopback } from './loopback.ts';
import { newsProblems } from './news.ts';
import type { FunctionOptions } from './rotation-function.ts';
import { runbookProblems } from './runbook.ts';

interface DeployOptions
  extends ScaleOptions,
    Pick<FunctionOptions, 'evidence' | 'newsTopic' | 'eventBus' | 'configRule' | 'secretPrefixes' | 'runbookUrl'> {
  readonly createSecrets?: boolean;
  readonly allowLoopback?: boolean;
}

/**
 * What is known only where the configuration is deployed. Warns of what is allowed, and probably not meant.
 * @throws {ConfigurationError} with every problem at once.
 */
export function assertDeployable(
  scope: Construct,
  { settings, source }: Pick<DeployableConfiguration, 'settings' | 'source'>,
  options: DeployOptions,
): void {
  const { allowLoopback = false, evidence, newsTopic, eventBus } = options;
  const { url } = settings.influxdb;
  const nowMs = Date.now();
  const hasBus = (settings.events ?? eventBus) !== undefined;
  const ofOptions = [
    ...evidenceProblems(settings, evidence),
    ...newsProblems(settings, newsTopic, hasBus),
    ...busProblems(settings, eventBus),
    ...batchProblems(options, settings.limits),
    ...runbookProblems(options.runbookUrl),
  ];
  const problems = [...loopbackProblems(url, allowLoopback), ...useProblems(settings, { nowMs, ...placeOf(scope) })];
  if (problems.length + ofOptions.length > 0)
    throw new ConfigurationError(ofOptions.length > 0 ? 'the deployment' : source, [...problems, ...ofOptions]);
  warnOfLoopback(scope, url);
  for (const { code, message } of warningsOf(settings, nowMs))
    Annotations.of(scope).addWarningV2(`influxdb-token-rotation:${code}`, message);
}

/** The stack's own place, or else that of the credentials with which the CDK command line deploys it. */
function placeOf(scope: Construct): Pick<Use, 'region' | 'account'> {
  const { region, account } = Stack.of(scope);
  const known = (value: string, otherwise: string | undefined) => (Token.isUnresolved(value) ? otherwise : value);
  return {
    region: known(region, process.env.CDK_DEFAULT_REGION),
    account: known(account, process.env.CDK_DEFAULT_ACCOUNT),
  };
}
