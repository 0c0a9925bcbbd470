import { expect, it } from 'vitest';
import { stackNameOf } from '../../infra/stack-name.ts';

it('a deployment whose name CloudFormation allows gives its stack this name', () => {
  expect(stackNameOf('prod')).toBe('influxdb-token-rotation-prod');
  expect(stackNameOf('Prod-eu-2')).toBe('influxdb-token-rotation-Prod-eu-2');
});

it('deployments that differ only in characters that CloudFormation refuses have stacks of different names', () => {
  expect(stackNameOf('prod.eu')).toMatchInlineSnapshot(`"influxdb-token-rotation-prod-eu-2740657d"`);
  const deployments = ['prod.eu', 'prod_eu', 'prod-eu', 'prod..eu', 'prod._eu', 'prod__eu', 'prod--eu', '.', '_', '-'];
  const names = deployments.map(stackNameOf);
  expect(new Set(names).size).toBe(deployments.length);
  for (const name of [...names, stackNameOf(`._${'.'.repeat(62)}`)])
    expect(name).toMatch(/^[A-Za-z][A-Za-z0-9-]{0,127}$/);
});
