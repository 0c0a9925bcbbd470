import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { reachOf } from '../lambda/config/host.ts';
import type { Problem } from '../lambda/config/problems.ts';

const LOOPBACK =
  'is the address of the machine that deploys: a function in AWS cannot reach a server there, so every run would fail';

/** A server on the machine that deploys is a mistake, unless it is asked for: an emulator of AWS runs there, too. */
export function loopbackProblems(url: string, allowLoopback: boolean): Problem[] {
  if (allowLoopback || reachOf(url) !== 'loopback') return [];
  const message = `${LOOPBACK}. Give the address at which the function can reach it; or allow it by name, with -c allowLoopback=true or the option allowLoopback of the construct, for an emulator of AWS`;
  return [{ path: 'influxdb.url', message, value: url }];
}

/** What was asked for is still said. */
export function warnOfLoopback(scope: Construct, url: string): void {
  if (reachOf(url) !== 'loopback') return;
  Annotations.of(scope).addWarningV2('influxdb-token-rotation:loopback', `influxdb.url (${url}) ${LOOPBACK}`);
}
