import { Validations } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { descriptionOf } from '../lambda/config/function-description.ts';
import { acknowledgeObjects } from './nag-findings.ts';
import { type PermissionsOptions, permissionsOf } from './permissions.ts';

/** The function's own role, with managed policies where it has no room for the names of all secrets. */
export function createRole(scope: Construct, options: PermissionsOptions): Role {
  const { inRole, managed } = permissionsOf(scope, options);
  const description = descriptionOf(options.settings.deployment);
  // The managed policy AWSLambdaBasicExecutionRole would let it write every log of the account.
  const role = new Role(scope, 'Role', {
    description,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: { Rotation: new PolicyDocument({ statements: inRole }) },
    // Not attached by the policies themselves: then the function could run before it has them.
    managedPolicies: managed.map(
      (statements, index) => new ManagedPolicy(scope, `Secrets${index + 1}`, { description, statements }),
    ),
  });
  acknowledge(role, options.evidence);
  return role;
}

/** The findings of cdk-nag that our own decisions cause. Those of an option (a prefix) are the user's to judge. */
function acknowledge(role: Role, evidence: PermissionsOptions['evidence']): void {
  const reason =
    'BatchGetSecretValue cannot be limited to resources; it returns only secrets that GetSecretValue allows, which is granted by name. Nor can PutEvaluations, which takes a token that only AWS Config makes. In a VPC, Lambda manages the network interfaces, and needs the right to all of them.';
  Validations.of(role.node.defaultChild ?? role).acknowledge(
    { id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]', reason },
    { id: 'Serverless::Serverless-LambdaStarPermissions', reason },
  );
  if (evidence === undefined) return;
  acknowledgeObjects(
    role,
    evidence.objects,
    'The evidence of this deployment is all that is below its name in the bucket.',
  );
}
