import { createHash } from 'node:crypto';

/**
 * The name of the stack of a deployment. CloudFormation allows letters, digits and hyphens only. Where a character is
 * replaced, a hash of the deployment keeps `prod.eu` and `prod_eu` apart: one would replace the other in silence.
 */
export function stackNameOf(deployment: string): string {
  const allowed = deployment.replaceAll(/[^A-Za-z0-9-]/g, '-');
  const hash = createHash('sha256').update(deployment).digest('hex').slice(0, 8);
  return `influxdb-token-rotation-${allowed === deployment ? deployment : `${allowed}-${hash}`}`;
}
