import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../lambda/config/problems.ts';
import { aConfigurationFile, aRotation } from '../builders/a-rotation.ts';

const at = (url: string) => aConfigurationFile({ influxdb: { ...aConfigurationFile().influxdb, url } });

function warningsOf(url: string, allowLoopback: boolean): string[] {
  const stack = Stack.of(aRotation({ configuration: at(url), allowLoopback }));
  return Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => String(entry.data));
}

describe('a server on the machine that deploys', () => {
  it.each([
    'http://127.0.0.1:8086',
    'http://127.9.9.9',
    'http://localhost:8086',
    'http://LOCALHOST.:8086',
    'https://influxdb.localhost',
    'http://0.0.0.0:8086',
    'http://0x7f.1:8086',
    'http://[::1]:8086',
    'http://[::ffff:127.0.0.1]:8086',
    'http://host.docker.internal:8086',
  ])('%s is refused, unless it is allowed by name, and then it is warned of', (url) => {
    expect(() => aRotation({ configuration: at(url) })).toThrow(ConfigurationError);
    expect(warningsOf(url, true)).toEqual([expect.stringContaining('is the address of the machine that deploys')]);
  });

  it('is told with the name of its file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'loopback-'));
    const path = join(folder, 'prod.json');
    writeFileSync(path, JSON.stringify(at('http://127.0.0.1:8086')));
    try {
      expect(() => aRotation({ configuration: path })).toThrow(
        `${path} has 1 problem:\n  influxdb.url: is the address`,
      );
      expect(() => aRotation({ configuration: at('http://127.0.0.1:8086') })).toThrow(
        'the configuration has 1 problem',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each(['https://influxdb.example.com:8086', 'https://localhost.example.com', 'http://10.127.0.1:8086'])(
    '%s is none',
    (url) => {
      expect(warningsOf(url, false)).toEqual([]);
    },
  );
});
