/** An account's own product of Security Hub: what its own programs import findings as. */
export function productArn({
  partition,
  region,
  account,
}: {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}): string {
  return `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`;
}
