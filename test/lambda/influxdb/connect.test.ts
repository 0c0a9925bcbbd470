import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Budget } from '../../../lambda/calls/budget.ts';
import { CallError } from '../../../lambda/calls/call-error.ts';
import { systemClock } from '../../../lambda/calls/clock.ts';
import { ServiceClocks } from '../../../lambda/calls/service-clocks.ts';
import { RATE_DEFAULTS } from '../../../lambda/config/rates.ts';
import type { Lookup } from '../../../lambda/influxdb/connect.ts';
import { read } from '../../../lambda/influxdb/request.ts';
import { Transport } from '../../../lambda/influxdb/transport.ts';
import { CERTIFICATE, KEY } from '../../builders/a-certificate.ts';
import { aStoppedServer, type StoppedServer } from '../../builders/a-stopped-server.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Options {
  readonly callTimeoutMs?: number;
  readonly lookup?: Lookup;
  readonly ca?: string;
}

/** One attempt, without another. */
async function ask(url: string, { callTimeoutMs = 4_000, ...options }: Options = {}): Promise<unknown> {
  // Too short for the pause before another.
  const limits = { callTimeoutMs, requestLifeMs: callTimeoutMs + 200, ...RATE_DEFAULTS };
  const [clock, serviceClocks] = [systemClock, new ServiceClocks(systemClock)];
  const transport = new Transport({
    ...{ url, ca: undefined, clock, limits, serviceClocks, budget: new Budget(clock, 60_000, limits) },
    ...options,
  });
  closing.push(() => transport.close());
  return transport.send({ ...read('/api/v2/resources'), token: 'the-token-of-the-rotator' });
}

async function failureOf(url: string, options?: Options): Promise<CallError> {
  const error = await ask(url, options).catch((reason: unknown) => reason);
  if (!(error instanceof CallError)) throw new Error('the call did not fail as it should', { cause: error });
  return error;
}

const addresses =
  (...found: readonly string[]): Lookup =>
  (_hostname, _options, callback) =>
    callback(
      null,
      found.map((address) => ({ address, family: 4 })),
    );

/** Two addresses of one name: one that never answers, and one that takes a second to. */
async function twoAddresses(): Promise<{ port: number; slow: StoppedServer }> {
  const slow = await aStoppedServer('127.0.0.3');
  closing.push(() => slow.close());
  const hole = await aStoppedServer('127.0.0.2', slow.port);
  closing.push(() => hole.close());
  return { port: slow.port, slow };
}

// Elsewhere loopback has one address, and a kernel may not drop what wants to connect.
const onLinux = describe.skipIf(process.platform !== 'linux');

onLinux('a name with several addresses is reached within the time-out of a call', () => {
  it.each([
    ['the first is a black hole, and the second takes a second', ['127.0.0.2', '127.0.0.3'], 0],
    ['the first takes a second, and the second is a black hole', ['127.0.0.3', '127.0.0.2'], 0],
    ['the first is a black hole, and the second wakes up late', ['127.0.0.2', '127.0.0.3'], 2_200],
  ])('%s', async (_name, found, wakesAfterMs) => {
    const { port, slow } = await twoAddresses();
    setTimeout(slow.wake, wakesAfterMs);
    const answer = ask(`http://influxdb.example:${port}`, { lookup: addresses(...found) });
    expect(await answer).toEqual({});
  });

  it('and where none answers, that is said before the call times out, so that nothing was sent', async () => {
    const { port } = await twoAddresses();
    const origin = `http://influxdb.example:${port}`;
    const lookup = addresses('127.0.0.2', '127.0.0.3');
    const error = await failureOf(origin, { lookup, callTimeoutMs: 1_000 });
    expect(error).toMatchObject({ code: 'INFLUXDB_UNREACHABLE', kind: 'unreachable', endsRun: true });
    expect(error.message).toBe(
      `no connection to InfluxDB at ${origin} (CONNECT_TIMEOUT): no way leads there: check influxdb.url, security groups, firewalls and routes; from a VPC it takes a NAT gateway, or an endpoint within the VPC. Proxies are not used, whatever HTTPS_PROXY says`,
    );
  });
});

it('a name that does not exist is told as that', async () => {
  expect((await failureOf('https://influxdb.invalid:8086')).message).toBe(
    'no connection to InfluxDB at https://influxdb.invalid:8086 (ENOTFOUND): the name influxdb.invalid cannot be resolved: check its spelling in influxdb.url, and the DNS of this network. Proxies are not used, whatever HTTPS_PROXY says',
  );
});

describe('TLS', () => {
  async function aTlsServer(): Promise<number> {
    const server: TlsServer = createTlsServer({ key: KEY, cert: CERTIFICATE }, (_request, response) => {
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    closing.push(
      () => server.closeAllConnections(),
      () => server.close(),
    );
    return (server.address() as AddressInfo).port;
  }

  it('works with the CA of the configuration', async () => {
    expect(await ask(`https://localhost:${await aTlsServer()}`, { ca: CERTIFICATE })).toEqual({});
  });

  it.each<[string, Options, string, string]>([
    ['a CA that nobody trusts', {}, 'localhost', 'its certificate is not trusted: give the certificate of the CA'],
    [
      'another name',
      { ca: CERTIFICATE },
      '127.0.0.1',
      'its certificate is for another name than 127.0.0.1: use a name that the certificate has in influxdb.url',
    ],
  ])('%s', async (_name, options, host, text) => {
    const error = await failureOf(`https://${host}:${await aTlsServer()}`, options);
    expect(error).toMatchObject({ code: 'INFLUXDB_UNREACHABLE', kind: 'unreachable' });
    expect(error.message).toContain(`): ${text}`);
  });

  it('spoken to in plain HTTP is told as that', async () => {
    const error = await failureOf(`http://localhost:${await aTlsServer()}`);
    expect(error.code).toBe('INFLUXDB_UNANSWERED');
    expect(error.message).toContain('the port may be for TLS: write https:// in influxdb.url');
  });

  const SPOKEN_TO_PLAINLY = 'Client sent an HTTP request to an HTTPS server.\n';
  it.each([
    [
      "Go's own answer",
      `HTTP/1.0 400 Bad Request\r\n\r\n${SPOKEN_TO_PLAINLY}`,
      'its port is for TLS, so write https://',
    ],
    ['an alert', Buffer.from([0x15, 3, 1, 0, 2, 2, 70]), 'is the port for TLS? Then write https:// there'],
  ])('spoken to in plain HTTP is told as that: %s', async (_name, answer, text) => {
    const error = await failureOf(`http://127.0.0.1:${await aServerThatSays(answer)}`);
    expect(error.code).toBe('INFLUXDB_NOT_ITSELF');
    expect(error.message).toContain(text);
  });

  it.each([
    ['a port of plain HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'does not speak TLS: if the port is for plain HTTP'],
    ['a port that hangs up', '', 'the connection was cut before TLS was set up: check influxdb.url'],
  ])('spoken to %s is told as that', async (_name, answer, text) => {
    const error = await failureOf(`https://127.0.0.1:${await aServerThatSays(answer)}`);
    expect(error).toMatchObject({ code: 'INFLUXDB_UNREACHABLE', kind: 'unreachable' });
    expect(error.message).toContain(text);
  });

  /** Whatever it hears. */
  async function aServerThatSays(answer: string | Buffer): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    closing.push(() => server.close());
    return (server.address() as AddressInfo).port;
  }
});

it('an address of IPv6 in the URL is no name to look up', async () => {
  const server = createServer((socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'));
  });
  const isOpen = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(0, '::1', () => resolve(true));
  });
  closing.push(() => server.close());
  // Where there is no IPv6, there is nothing to see.
  if (isOpen) expect(await ask(`http://[::1]:${(server.address() as AddressInfo).port}`)).toEqual({});
});
