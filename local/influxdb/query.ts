import { mayRead } from './buckets.ts';
import type { Handler } from './endpoint.ts';
import { ApiError } from './errors.ts';
import { type Dialect, encodeCsv } from './flux-csv.ts';
import { parseFlux } from './flux-script.ts';
import { tablesOf } from './flux-tables.ts';
import { type Decoded, goString, type Shape } from './go-json-decode.ts';
import { bodyOrInvalid, optionalText, text } from './json-body.ts';
import { orgOfQuery } from './orgs.ts';

const fluxType = 'application/vnd.flux';

const queryShape = {
  kind: 'struct',
  type: 'http.QueryRequest',
  fields: {
    type: goString,
    query: goString,
    ast: { kind: 'any' },
    dialect: {
      kind: 'struct',
      type: 'http.QueryDialect',
      fields: {
        header: { kind: 'any' },
        delimiter: goString,
        annotations: { kind: 'list', type: '[]string', item: goString },
      },
    },
  },
} as const satisfies Shape;

const undecodable = (why: string) => new ApiError('invalid', `failed to decode request body: ${why}`);

/** `POST /api/v2/query`: just enough Flux to read points back. A bucket that may not be read counts as missing. */
export const query: Handler = ({ store, request, query: parameters, caller }) => {
  const { script, dialect } = scriptOf(request.headers['content-type'], request.body);
  const org = inDecoding(() => orgOfQuery(store, parameters));
  const flux = parseFlux(script, store.now());
  if (flux.bucket === undefined) return csv('\r\n');
  const bucket =
    flux.bucket.by === 'name'
      ? store.bucketNamed(org.id, flux.bucket.value)
      : store.tables.buckets.get(flux.bucket.value);
  if (bucket === undefined || !mayRead(caller, bucket)) {
    const named = JSON.stringify(flux.bucket.value);
    throw new ApiError('not found', `failed to initialize execute state: could not find bucket ${named}`);
  }
  return csv(encodeCsv(tablesOf(store.points(bucket.id), flux), dialect));
};

function csv(body: string) {
  return { status: 200, headers: { 'Content-Type': 'text/csv; charset=utf-8' }, body };
}

function scriptOf(contentType: string | undefined, body: Buffer): { script: string; dialect: Dialect } {
  const mediaType = (contentType ?? 'application/json').split(';')[0]?.trim().toLowerCase();
  const plain: Dialect = { annotations: [] };
  if (mediaType === fluxType) {
    if (body.length === 0) throw undecodable('request body requires either query or AST');
    return { script: body.toString('utf8'), dialect: plain };
  }
  const hint = `if sending a raw Flux script, set 'Content-Type: ${fluxType}' in your request headers`;
  const decoded = bodyOrInvalid(
    body,
    queryShape,
    `failed to decode request body: failed parsing request body as JSON; ${hint}: `,
  );
  const script = text(decoded.query);
  if (script === '' && decoded.ast === undefined) throw undecodable('request body requires either query or AST');
  const type = optionalText(decoded.type) || 'flux';
  if (type !== 'flux') throw undecodable(`unknown query type: ${type}`);
  const annotations = (((decoded.dialect ?? {}) as Decoded).annotations ?? []) as readonly string[];
  const unknown = annotations.find((annotation) => !['group', 'datatype', 'default'].includes(annotation));
  if (unknown !== undefined) throw undecodable(`unknown dialect annotation type: ${unknown}`);
  return { script, dialect: { annotations } };
}

// The server reports every problem with the org of a query as an error of the request's body.
function inDecoding<T>(look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (error instanceof ApiError) throw undecodable(error.message);
    throw error;
  }
}
