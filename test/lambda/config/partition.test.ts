import { expect, it } from 'vitest';
import { partitionOf } from '../../../lambda/config/partition.ts';

it.each([
  ['eu-west-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eu-isoe-west-1', 'aws-iso-e'],
  ['us-isof-south-1', 'aws-iso-f'],
  ['eusc-de-east-1', 'aws-eusc'],
  ['moon-north-1', undefined],
])('the Region %s is in the partition %s', (region, partition) => {
  expect(partitionOf(region)).toBe(partition);
});
