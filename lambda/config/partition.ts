/** By how a Region begins, the partition that it is in. The first that fits. */
const PARTITIONS: readonly (readonly [RegExp, string])[] = [
  [/^cn-/, 'aws-cn'],
  [/^us-gov-/, 'aws-us-gov'],
  [/^us-iso-/, 'aws-iso'],
  [/^us-isob-/, 'aws-iso-b'],
  [/^eu-isoe-/, 'aws-iso-e'],
  [/^(?:us|eu)-isof-/, 'aws-iso-f'],
  [/^eusc-/, 'aws-eusc'],
  [/^(?:af|ap|ca|eu|il|me|mx|sa|us)-/, 'aws'],
];

/** Undefined for a Region that nobody has heard of. */
export function partitionOf(region: string): string | undefined {
  return PARTITIONS.find(([beginning]) => beginning.test(region))?.[1];
}
