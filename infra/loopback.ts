import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Warns if the server is on the machine that deploys. It is not an error, so that the demonstration's configuration can
 * be synthesized.
 */
export function warnOfLoopback(scope: Construct, url: string): void {
  const { hostname } = new URL(url);
  if (!/^(localhost|.+\.localhost|127\.[\d.]+|\[::1\])$/.test(hostname)) return;
  Annotations.of(scope).addWarningV2(
    'influxdb-token-rotation:loopback',
    `influxdb.url is ${url}: a function in AWS cannot reach a server on the machine that deploys it, so every run would fail. Give the address at which the function can reach the server`,
  );
}
