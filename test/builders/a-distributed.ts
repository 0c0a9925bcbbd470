import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { BatchOptions } from '../../infra/batches.ts';
import type { RotationConfigurationOfMany } from '../../infra/rotation-configuration.ts';
import type { TokenRotation, TokenRotationProps } from '../../infra/token-rotation.ts';
import { aConfigurationFile, aRotation, aStack, KEY_ARN, templateOf } from './a-rotation.ts';

const { consumers: _, ...common } = aConfigurationFile();

/** A configuration without its consumers. */
export const COMMON: RotationConfigurationOfMany = common;

/** A deployment whose consumers are in a manifest. */
export function aDistributed(
  more: Partial<TokenRotationProps> = {},
  batches: Partial<BatchOptions> = {},
  configuration: Partial<RotationConfigurationOfMany> = {},
): TokenRotation {
  const stack = aStack();
  const bucket = Bucket.fromBucketAttributes(stack, 'Manifests', {
    bucketName: 'the-manifests',
    encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN),
  });
  return aRotation(
    {
      configuration: { ...COMMON, ...configuration },
      scale: 'distributed',
      secretPrefixes: ['influxdb/acme/'],
      batches: { manifest: { bucket, key: 'prod/consumers.jsonl' }, ...batches },
      ...more,
    },
    stack,
  );
}

/** What CloudFormation puts into the definition. */
interface Places {
  readonly work: string;
  readonly worker: string;
  readonly planner: string;
}

const ANY = 'arn:aws:lambda:eu-central-1:123456789012:function:any';

/** The definition of its state machine, with what CloudFormation puts in. */
export function definitionOf(
  rotation: TokenRotation,
  places: Places = { work: 'the-work', worker: ANY, planner: ANY },
  // biome-ignore lint/suspicious/noExplicitAny: as JSON gives it
): any {
  const [machine] = Object.values(templateOf(rotation).findResources('AWS::StepFunctions::StateMachine'));
  const parts: readonly unknown[] = machine?.Properties.DefinitionString['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : filledIn(part, places))).join(''));
}

function filledIn(part: unknown, { work, worker, planner }: Places): string {
  const text = JSON.stringify(part);
  if (text.includes('Partition')) return 'aws';
  if (text.includes('Work')) return work;
  return text.includes('Planner') ? planner : worker;
}
