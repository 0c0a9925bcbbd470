import { exactly, type Figure } from '../figure.ts';
import { LATENCY_MS } from './critical-path.ts';

/** Who answers a call, and what is called: of AWS, or of InfluxDB. */
type Call = readonly [who: 'aws' | 'influxdb', call: string];

const aws = (...calls: string[]): Call[] => calls.map((call) => ['aws', call]);
const influxdb = (...calls: string[]): Call[] => calls.map((call) => ['influxdb', call]);
const VALUES = ['GetSecretValue', 'GetSecretValue', 'GetSecretValue'];

/**
 * The calls of one rotation by AWS's rotator for InfluxDB, in its four invocations, as they were recorded with
 * aws-samples/aws-secrets-manager-rotation-lambdas. Each waits for the one before.
 */
const STEPS: Readonly<Record<string, readonly Call[]>> = {
  createSecret: [
    ...aws('DescribeSecret', ...VALUES, 'PutSecretValue', 'GetDbInstance'),
    ...influxdb('ping', 'orgs', 'signin', 'ping', 'orgs', 'list', 'create', 'signout'),
  ],
  setSecret: [...aws('DescribeSecret', ...VALUES, 'GetDbInstance'), ...influxdb('signin', 'ping', 'list', 'signout')],
  testSecret: [...aws('DescribeSecret', 'GetSecretValue', 'GetDbInstance'), ...influxdb('ping', 'orgs')],
  finishSecret: [
    ...aws('DescribeSecret', 'DescribeSecret', ...VALUES, 'UpdateSecretVersionStage', 'GetDbInstance'),
    ...influxdb('signin', 'ping', 'list', 'delete', 'signout'),
  ],
};

/** What its calls alone take one secret. It is not run: the embedded servers have no GetDbInstance. */
export function measureRival(): Figure[] {
  const calls = Object.values(STEPS).flat();
  const pathMs = calls.reduce(
    (sum, [who]) => sum + (who === 'aws' ? LATENCY_MS.secretsManager : LATENCY_MS.influxdb),
    0,
  );
  const of = { part: 'rival', at: 1 };
  return [
    { ...of, name: "AWS's rotator: calls of one rotation", unit: 'calls', ...exactly(calls.length) },
    {
      ...{ ...of, name: "AWS's rotator: its critical path", unit: 'ms', ...exactly(pathMs) },
      note: 'latency × calls, not run; four invocations come on top',
    },
  ];
}
