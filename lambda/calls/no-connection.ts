import type { NoConnection } from '../log/mend.ts';

/** Where a connection was wanted, and how the person who reads of it can correct that. */
export interface Endpoint {
  /** Scheme, host and port. */
  readonly origin: string;
  /** What names this endpoint, e.g. `influxdb.url`. */
  readonly setting: string;
  /** Where the certificate of a private CA is given. */
  readonly ca: string;
}

/** The code under which a connection that took too long is reported. */
export const CONNECT_TIMEOUT = 'CONNECT_TIMEOUT';

const NO_PROXY_USED = 'Proxies are not used, whatever HTTPS_PROXY says';

/** Errors of OpenSSL by which something shows that it does not speak TLS. */
const NOT_TLS = /^(EPROTO|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNKNOWN_PROTOCOL))$/;
const EXPIRED = /^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/;
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|CERT_CHAIN_TOO_LONG|INVALID_CA/;

/** Why no connection came about, by the code of the network's or TLS's error, and one sentence with what to do. */
export function whyNoConnection(
  code: string,
  endpoint: Endpoint,
): { readonly why: NoConnection; readonly text: string } {
  const why = reasonOf(code, endpoint.origin);
  return { why, text: SENTENCES[why]({ ...endpoint, hostname: new URL(endpoint.origin).hostname }) };
}

function reasonOf(code: string, origin: string): NoConnection {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknown host';
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === CONNECT_TIMEOUT || code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return 'no route';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'other host';
  if (EXPIRED.test(code)) return 'expired';
  if (UNTRUSTED.test(code)) return 'untrusted';
  if (NOT_TLS.test(code)) return 'no TLS';
  if (/CERTIFICATE_REQUIRED|ALERT_BAD_CERTIFICATE|ALERT_HANDSHAKE_FAILURE/.test(code)) return 'client certificate';
  if (/SSL|TLS|CERT/.test(code)) return 'broken TLS';
  return origin.startsWith('https:') ? 'cut before TLS' : 'cut';
}

const SENTENCES: Readonly<Record<NoConnection, (endpoint: Endpoint & { readonly hostname: string }) => string>> = {
  'unknown host': ({ hostname, setting }) =>
    `the name ${hostname} cannot be resolved: check its spelling in ${setting}, and the DNS of this network. ${NO_PROXY_USED}`,
  refused: ({ setting }) =>
    `nothing accepts connections there: check ${setting}, and that the server runs. ${NO_PROXY_USED}`,
  'no route': ({ setting }) =>
    `no way leads there: check ${setting}, security groups, firewalls and routes; from a VPC it takes a NAT gateway, or an endpoint within the VPC. ${NO_PROXY_USED}`,
  'other host': ({ hostname, setting }) =>
    `its certificate is for another name than ${hostname}: use a name that the certificate has in ${setting}, or renew the certificate`,
  expired: () => "its certificate has expired or is not valid yet: renew it, or correct this machine's clock",
  untrusted: ({ ca }) =>
    `its certificate is not trusted: give the certificate of the CA that signed it, or of the proxy that decrypts on the way, as ${ca}`,
  'no TLS': ({ setting }) =>
    `what answers there does not speak TLS: if the port is for plain HTTP, write http:// in ${setting}, or else give the port for TLS`,
  'client certificate': ({ setting }) =>
    `it refuses the TLS connection: if it asks for a client certificate, that is not supported; give an endpoint without one as ${setting}`,
  'broken TLS': ({ setting }) =>
    `the TLS connection fails: check the certificate and the TLS versions of what answers there, and ${setting}`,
  'cut before TLS': ({ setting }) =>
    `the connection was cut before TLS was set up: check ${setting}, whether its port is for TLS, and what stands on the way. ${NO_PROXY_USED}`,
  cut: ({ setting }) => `check ${setting} and the network path. ${NO_PROXY_USED}`,
};
