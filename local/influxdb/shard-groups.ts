/** Seconds of a shard group when the caller names none: https://docs.influxdata.com/influxdb/v2/reference/internals/shards/ */
export function shardGroupOf(retentionSeconds: number): number {
  const hour = 3_600;
  const day = 24 * hour;
  if (retentionSeconds === 0 || retentionSeconds >= 180 * day) return 7 * day;
  return retentionSeconds >= 2 * day ? day : hour;
}
