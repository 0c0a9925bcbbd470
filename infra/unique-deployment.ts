import { Stack, Stage } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { ConfigurationError } from '../lambda/config/problems.ts';

/** What each app or stage deploys: environment and deployment → path of the construct. */
const DEPLOYED = new WeakMap<IConstruct, Map<string, string>>();

/**
 * The deployment is the only dimension of the metrics. If two had the same name, the success of one would hide that the
 * other does not run.
 * @throws {ConfigurationError} if the app or stage already has this deployment in the same account and Region.
 */
export function assertUniqueDeployment(scope: Construct, deployment: string): void {
  const stage = Stage.of(scope) ?? scope.node.root;
  const deployed = DEPLOYED.get(stage) ?? new Map<string, string>();
  DEPLOYED.set(stage, deployed);
  const key = `${Stack.of(scope).environment} ${deployment}`;
  const other = deployed.get(key);
  deployed.set(key, scope.node.path);
  if (other === undefined) return;
  throw new ConfigurationError(`the configuration of ${scope.node.path}`, [
    {
      path: 'deployment',
      message: `is also the deployment of ${other}, so their metrics and alarms would mix: give each a name that is unique in its account and Region`,
      value: deployment,
    },
  ]);
}
