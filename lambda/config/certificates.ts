import { X509Certificate } from 'node:crypto';
import { DAY_MS } from './duration.ts';

const BEGIN = /-----BEGIN CERTIFICATE-----/g;
const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** What is wrong with `influxdb.ca`, which may hold several certificates; undefined if nothing is. */
export function certificateProblem(pem: string): string | undefined {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem))
    return 'holds a private key: keep only the certificates here, and replace that key, since it was in a file';
  if (/-----BEGIN (?!CERTIFICATE-----)/.test(pem))
    return 'holds something else than certificates: keep only what stands between "-----BEGIN CERTIFICATE-----" and its end';
  const begun = pem.match(BEGIN)?.length ?? 0;
  // The schema says it.
  if (begun === 0) return undefined;
  const blocks = pem.match(BLOCK) ?? [];
  if (blocks.length < begun)
    return 'has a certificate without its line "-----END CERTIFICATE-----": copy the whole text of the PEM file';
  const certificates = blocks.map(certificateOf);
  const broken = certificates.indexOf(undefined);
  if (broken < 0) return certificates.some(isRoot) ? undefined : NO_ROOT;
  const which = blocks.length === 1 ? 'a certificate' : `a certificate (number ${broken + 1} of ${blocks.length})`;
  return `has ${which} that cannot be read: copy the whole text of the PEM file, with each of its line breaks as \\n`;
}

/** OpenSSL ends a chain of trust only in a certificate that is signed by itself. */
const NO_ROOT =
  "has no root certificate, so no connection would be trusted: give the certificate of the CA, not the server's or an intermediate one";

function isRoot(certificate: X509Certificate | undefined): boolean {
  return certificate !== undefined && certificate.subject === certificate.issuer;
}

/** What is left of a text that may hold certificates. */
export function withoutCertificates(text: string): string {
  return text.replaceAll(BLOCK, '');
}

export interface CertificateWarnings {
  readonly messages: readonly string[];
  /** True if no certificate is valid now, so that no connection can succeed. */
  readonly isUseless: boolean;
}

const SOON_MS = 30 * DAY_MS;

/**
 * What a valid `influxdb.ca` will lead to. Time is not part of the check of a configuration: a bundle of an old and a new
 * CA is right while the old one expires, and a function that runs must not refuse its configuration overnight.
 */
export function certificateWarnings(pem: string, nowMs: number): CertificateWarnings {
  const certificates = (pem.match(BLOCK) ?? []).map(certificateOf).filter((each) => each !== undefined);
  const messages = certificates.map((each) => warning(each, nowMs));
  const isUseless = certificates.length > 0 && !certificates.some((each) => isValid(each, nowMs));
  return { messages: messages.filter((each) => each !== undefined), isUseless };
}

function isValid({ validFrom, validTo }: X509Certificate, nowMs: number): boolean {
  return Date.parse(validFrom) <= nowMs && nowMs < Date.parse(validTo);
}

function warning(certificate: X509Certificate, nowMs: number): string | undefined {
  const { validFrom, validTo } = certificate;
  const endsMs = Date.parse(validTo);
  if (nowMs < Date.parse(validFrom))
    return `has a certificate that is not valid before ${dayOf(validFrom)}: until then, it needs another`;
  if (endsMs - nowMs >= SOON_MS) return undefined;
  const ends = isValid(certificate, nowMs) ? 'expires' : 'expired';
  return `has a certificate that ${ends} on ${dayOf(validTo)}: give the one that follows it, or both`;
}

function certificateOf(block: string): X509Certificate | undefined {
  try {
    return new X509Certificate(block);
  } catch {
    return undefined;
  }
}

function dayOf(date: string): string {
  return new Date(date).toISOString().slice(0, 10);
}
