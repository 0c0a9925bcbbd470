import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { TokenRotation } from 'influxdb-token-rotation';

export class TokensStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    new TokenRotation(this, 'Rotation', { configuration: 'rotation.json' });
  }
}
