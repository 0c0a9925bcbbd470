import { CallError } from '../calls/call-error.ts';
import { whyNoConnection } from '../calls/no-connection.ts';
import { NotConnectedError, networkCodeOf } from './connect.ts';
import { NotItselfError } from './errors.ts';

/** InfluxDB could not be reached at all, so nothing else in this run can succeed. */
export class InfluxdbUnreachableError extends CallError {
  override readonly name = 'InfluxdbUnreachableError';
  constructor(origin: string, code: string, cause: unknown) {
    const { why, text } = whyNoConnection(code, { origin, setting: 'influxdb.url', ca: 'influxdb.ca' });
    super('INFLUXDB_UNREACHABLE', 'unreachable', `no connection to InfluxDB at ${origin} (${code}): ${text}`, {
      cause,
      mends: [{ kind: 'connection', why }],
    });
  }

  override get endsRun(): boolean {
    return true;
  }
}

/** With TLS 1.3 a server asks for a client's certificate after the handshake, and before it reads anything. */
const NO_CLIENT_CERTIFICATE = /CERTIFICATE_REQUIRED/;

/**
 * What a call that got no answer, or no whole one, failed with.
 * @param heard whether this call's answer had begun, and whether the server has answered any call before.
 */
export function failureOf(
  operation: string,
  origin: string,
  cause: unknown,
  heard: { readonly begun: boolean; readonly before: boolean },
): CallError {
  const code = networkCodeOf(cause);
  if (cause instanceof NotConnectedError || NO_CLIENT_CERTIFICATE.test(code))
    return new InfluxdbUnreachableError(origin, code, cause instanceof NotConnectedError ? cause.cause : cause);
  const plain = origin.startsWith('http:');
  if (/^HPE_|^HTTPParserError$/.test(code)) {
    const sign = `what answers does not speak HTTP (${code})${plain ? ': is the port for TLS? Then write https:// there' : ''}`;
    return new NotItselfError(operation, 'unanswered', sign, origin);
  }
  if (heard.begun)
    return new CallError(
      'INFLUXDB_UNANSWERED',
      'unanswered',
      `InfluxDB's answer to ${operation} broke off (${code}). If it stays, look at the log of InfluxDB, and at what stands between it and ${origin}`,
      { cause },
    );
  const cut = code === 'UND_ERR_SOCKET' || code === 'ECONNRESET';
  const hint =
    plain && cut && !heard.before
      ? '. If this is so for each call, the port may be for TLS: write https:// in influxdb.url'
      : '';
  return new CallError('INFLUXDB_UNANSWERED', 'unanswered', `InfluxDB did not answer ${operation} (${code})${hint}`, {
    cause,
  });
}
