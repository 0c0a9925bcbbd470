import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Configuration } from '../lambda/config/configuration.ts';
import { isArn } from '../lambda/config/secret-name.ts';

export interface CreatedSecretsProps {
  readonly consumers: Configuration['consumers'];
  readonly encryptionKey: IKey | undefined;
}

/**
 * The consumers' secrets, without a value: the first run stores it. (CDK's own class `Secret` always generates one.)
 * A secret that is given by its ARN exists already. No secret is deleted when the stack or its consumer is removed.
 */
export class CreatedSecrets extends Construct {
  constructor(scope: Construct, id: string, { consumers, encryptionKey }: CreatedSecretsProps) {
    super(scope, id);
    for (const { name, secret } of consumers) {
      if (isArn(secret)) continue;
      const created = new CfnSecret(this, name, {
        name: secret,
        description: `InfluxDB API token of ${name}, rotated by influxdb-token-rotation`,
        ...(encryptionKey === undefined ? {} : { kmsKeyId: encryptionKey.keyArn }),
      });
      created.applyRemovalPolicy(RemovalPolicy.RETAIN);
    }
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason: 'The secrets are rotated by the function of this construct, not by the rotation of Secrets Manager.',
    });
  }
}
