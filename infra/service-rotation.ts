import { Stack } from 'aws-cdk-lib';
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnRotationSchedule } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Configuration, ConsumerSettings } from '../lambda/config/configuration.ts';
import { ConfigurationError } from '../lambda/config/problems.ts';
import { consumerArns } from './secret-resources.ts';

export interface ServiceRotationProps {
  readonly settings: Configuration;
  readonly handler: IFunction;
  readonly secretPrefixes: readonly string[] | undefined;
}

const HOUR_MS = 3_600_000;

/** A function's policy may have 20 kB, of which a statement takes some 350 bytes. Others may want some of it. */
const MOST_STATEMENTS = 50;

/**
 * Lets Secrets Manager rotate the secrets of those consumers that are configured for it, by the function: a schedule for
 * each secret, and the right to call the function for them.
 */
export class ServiceRotation extends Construct {
  constructor(scope: Construct, id: string, { settings, handler, secretPrefixes }: ServiceRotationProps) {
    super(scope, id);
    const consumers = settings.consumers.filter(({ rotation, retired }) => rotation === 'secrets-manager' && !retired);
    const arns = consumers.length === 0 ? [] : consumerArns(this, consumers, secretPrefixes);
    if (arns.length > MOST_STATEMENTS)
      throw new ConfigurationError('the deployment', [
        {
          path: 'secretPrefixes',
          message: `must be given, or be fewer: Secrets Manager needs a statement in the function's policy for each secret, or each prefix, and of those ${MOST_STATEMENTS} fit (there are ${arns.length})`,
        },
      ]);
    const permissions = arns.map(({ name, arn }) => {
      return new CfnPermission(this, `Permission${name}`, {
        action: 'lambda:InvokeFunction',
        functionName: handler.functionArn,
        principal: 'secretsmanager.amazonaws.com',
        sourceAccount: Stack.of(this).account,
        sourceArn: arn,
      });
    });
    for (const { name, secret, rotateEveryMs } of consumers) {
      const schedule = new CfnRotationSchedule(this, name, {
        secretId: secret,
        rotationLambdaArn: handler.functionArn,
        rotationRules: { scheduleExpression: rateOf(rotateEveryMs) },
        // A deployment rotates nothing. Secrets Manager then tries whether it can call the function.
        rotateImmediatelyOnUpdate: false,
      });
      for (const permission of permissions)
        if (covers(permission, name, secretPrefixes)) schedule.addDependency(permission);
    }
  }
}

/** The prefixes' permissions are for all; otherwise each secret has its own. */
function covers(permission: CfnPermission, name: string, prefixes: readonly string[] | undefined): boolean {
  return prefixes !== undefined || permission.node.id === `Permission${name}`;
}

function rateOf(ms: ConsumerSettings['rotateEveryMs']): string {
  const hours = ms / HOUR_MS;
  const [count, unit] = hours % 24 === 0 ? [hours / 24, 'day'] : [hours, 'hour'];
  return `rate(${count} ${unit}${count === 1 ? '' : 's'})`;
}
