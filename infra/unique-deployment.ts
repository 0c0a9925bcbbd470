import { Stack, Stage } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { ConfigurationError } from '../lambda/config/problems.ts';

/** What each app, or stage of it, deploys: the path of the construct by environment and deployment. */
const DEPLOYED = new WeakMap<IConstruct, Map<string, string>>();

/**
 * Metrics have no other dimension than the deployment, so of two with one name the success of one would hide that the
 * other does not run.
 * @throws {ConfigurationError} if the app, or the stage of it, has the deployment in this account and Region already.
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
      message: `is that of ${other} as well, and their metrics and alarms would mix: give each of them a name of its own, unique in its account and Region`,
      value: deployment,
    },
  ]);
}
