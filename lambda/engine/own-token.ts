import type { Configuration } from '../config/configuration.ts';
import { InfluxdbClient } from '../influxdb/client.ts';
import { STORE_ANOTHER } from '../influxdb/errors.ts';
import type { Services } from './apply/services.ts';
import { wayOut } from './observe/way-out.ts';
import type { ErrorReport } from './report/report.ts';

// What a run does differently because the rotator's own token is one of those that it rotates.

/** H7: the one error of a run whose token is refused says what to do, where that token is rotated. */
export async function withWayOut(
  {
    configuration: { influxdb },
    store,
    transport,
  }: Pick<Services, 'store' | 'transport'> & { readonly configuration: Configuration },
  errors: readonly ErrorReport[],
): Promise<readonly ErrorReport[]> {
  const rejected = errors.find(({ code }) => code === 'ROTATOR_REJECTED');
  if (influxdb.self === undefined || rejected === undefined) return errors;
  const ask = (token: string) => new InfluxdbClient(transport, token).rotatorsOwner();
  const { code, message } = rejected;
  const advice = await wayOut(store, influxdb, ask);
  return [
    { code, message: message.replace(STORE_ANOTHER, () => advice) },
    ...errors.filter((each) => each.code !== code),
  ];
}
