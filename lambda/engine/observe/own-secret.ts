import { type ParseError, parse } from 'jsonc-parser';
import type { ConsumerSettings } from '../../config/configuration.ts';
import type { Authorization } from '../../influxdb/authorization.ts';
import { parseObject } from '../../secrets-manager/json-object.ts';
import type { SecretReading } from '../../secrets-manager/secret.ts';
import { ownDocument } from '../document/own.ts';
import { isOfValue, type Listing } from './listing.ts';
import { contentOf, type ObservedSecret, observed } from './observed-secret.ts';
import type { ReadingInfluxdb } from './reads.ts';

/** Whom a run signs in as. */
export interface SignedIn {
  /** Undefined: InfluxDB does not tell. */
  readonly userId: string | undefined;
  /** The authorization of the token; undefined where no list shows which one it is. */
  readonly row: Authorization | undefined;
}

/**
 * The rotator's secret as that of a consumer. People store its token in many forms (`rotator-token.ts`); a rotation
 * writes a JSON object with all keys that the secret had.
 */
export function observedOwn(
  reading: SecretReading,
  token: string,
  deployment: string,
  settings: ConsumerSettings,
): ObservedSecret {
  if (reading.kind !== 'value') return reading;
  const { tokenKey } = settings;
  const strict = parseObject(reading.text);
  if (strict?.[tokenKey] === token) return observed(reading, deployment, settings);
  const text = JSON.stringify({ ...(strict ?? lenientObject(reading.text)), [tokenKey]: token });
  return observed({ ...reading, text }, deployment, settings);
}

/** Only of JSON with comments there are keys to keep. */
function lenientObject(text: string): object {
  const errors: ParseError[] = [];
  const value: unknown = parse(text.replace(/^[\s\uFEFF]+/, ''), errors, { allowTrailingComma: true });
  return errors.length === 0 && typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

/**
 * Whose the token is, by the server's word: the row that shows it, or the one of the document whose marker has its hash.
 * Anybody can copy a marker, so the hash alone is nobody's word. Otherwise InfluxDB is asked, with one call.
 */
export async function signedInAs(
  influxdb: ReadingInfluxdb,
  listing: Listing,
  own: ObservedSecret,
  token: string,
): Promise<SignedIn> {
  const row = rowOf(listing, own, token) ?? listing.showing(token);
  return row === undefined ? { userId: await influxdb.rotatorsOwner(), row } : { userId: row.userId, row };
}

function rowOf(listing: Listing, secret: ObservedSecret, token: string): Authorization | undefined {
  if (secret.kind !== 'value') return undefined;
  const { identity } = secret;
  const document = ownDocument(contentOf(secret), identity);
  const marked = listing.markedAs(identity).find(({ row }) => row.id === document?.authorizationId);
  return marked !== undefined && isOfValue(marked, token) ? marked.row : undefined;
}
