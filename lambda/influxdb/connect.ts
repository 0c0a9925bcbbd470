import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { Socket } from 'node:net';
import { buildConnector } from 'undici';
import { CONNECT_TIMEOUT } from '../calls/no-connection.ts';

/** No connection came about, so that nothing was sent. `code` is that of the network's or TLS's error. */
export class NotConnectedError extends Error {
  override readonly name = 'NotConnectedError';
  readonly code: string;

  constructor(code: string, cause?: unknown) {
    super(`no connection: ${code}`, { cause });
    this.code = code;
  }
}

/** Gives all addresses of a name. */
export type Lookup = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

export interface ConnectOptions {
  /** How long an attempt of a call may take, in milliseconds. */
  readonly callTimeoutMs: number;
  /** PEM certificate of a private CA. */
  readonly ca: string | undefined;
  /** @default the system's */
  readonly lookup?: Lookup | undefined;
}

/** The rest of the call's time-out is for its own end: only what fails before it certainly had no effect. */
const SHARE_OF_CALL = 0.9;

/**
 * Opens connections for undici. Node gives each address of a name but the last 250 ms, too few for a server far away
 * (https://nodejs.org/api/net.html, autoSelectFamilyAttemptTimeout): here each has the same part of the time.
 */
export function connector({ callTimeoutMs, ca, lookup = systemLookup }: ConnectOptions): buildConnector.connector {
  const withinMs = SHARE_OF_CALL * callTimeoutMs;
  let found: LookupAddress[] = [];
  const builtFor = new Map<number, buildConnector.connector>();
  const connectorFor = (addresses: number): buildConnector.connector => {
    const built = builtFor.get(addresses) ?? buildConnector(optionsFor(addresses));
    builtFor.set(addresses, built);
    return built;
  };
  const optionsFor = (addresses: number): buildConnector.BuildOptions => ({
    // The time-out below counts the look-up as well.
    timeout: 0,
    ...(ca === undefined ? {} : { ca }),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: Math.max(10, Math.floor(withinMs / Math.max(1, addresses))),
    // Asked only once a connection. A pool has one name, so that it is always this one.
    lookup: (_hostname, _options, callback) => callback(null, found),
  });
  return (options, callback) => {
    let settled = false;
    let opening: Socket | undefined;
    const settle = (error: unknown, socket?: Socket | null) => {
      clearTimeout(timer);
      if (settled) socket?.destroy();
      else if (!socket) callback(new NotConnectedError(codeOf(error), error), null);
      else callback(null, socket);
      settled = true;
    };
    const timer = setTimeout(() => {
      settle({ code: CONNECT_TIMEOUT });
      opening?.destroy();
    }, withinMs);
    lookup(options.hostname, { all: true }, (error, addresses) => {
      if (error !== null || settled) return settle(error);
      found = addresses;
      // It returns the socket, though its type does not say so.
      opening = connectorFor(addresses.length)(options, settle) as unknown as Socket | undefined;
    });
  };
}

/** The code of a network error such as `ECONNREFUSED`, or else its name. */
export function networkCodeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === 'string') return code;
  return typeof name === 'string' ? name : 'unknown error';
}

function codeOf(error: unknown): string {
  const code = networkCodeOf(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return CONNECT_TIMEOUT;
  // undici keeps a request waiting for ever whose connection fails with this code.
  if (code === 'UND_ERR_SOCKET') return 'ECONNRESET';
  return code;
}
