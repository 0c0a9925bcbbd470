import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** That a right is for all that is below a name. @param pattern its resource, with a star. */
export function acknowledgeObjects(construct: IConstruct, pattern: string, reason: string): void {
  const id = `AwsSolutions::AwsSolutions-IAM5[Resource::${asFound(Stack.of(construct).resolve(pattern))}]`;
  Validations.of(construct.node.defaultChild ?? construct).acknowledge({ id, reason });
}

/** How cdk-nag writes an ARN that CloudFormation puts together. */
function asFound(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[intrinsic, argument] = []] = Object.entries(value ?? {});
  if (intrinsic === 'Fn::Join') return (argument as [string, unknown[]])[1].map(asFound).join('');
  return `<${[argument].flat().join('.')}>`;
}
