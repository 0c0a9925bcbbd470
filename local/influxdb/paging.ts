import { parameter } from './endpoint.ts';
import { ApiError } from './errors.ts';
import { parseId } from './ids.ts';

const defaultLimit = 20;
const maxLimit = 100;

/** Which part of a list is asked for. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
  readonly after: string | undefined;
  readonly sortBy: string | undefined;
  readonly descending: boolean;
}

/** Reads the paging parameters in the server's order, so that the same one is named if several are wrong. */
export function pageOf(query: URLSearchParams): Page {
  const offset = integerParameter(query, 'offset') ?? 0;
  const after = afterParameter(query);
  const limit = integerParameter(query, 'limit') ?? defaultLimit;
  if (limit < 1 || limit > maxLimit) throw new ApiError('invalid', `limit must be between 1 and ${maxLimit}`);
  const descending = parameter(query, 'descending');
  if (descending !== undefined && !/^(1|0|t|f|T|F|true|false|TRUE|FALSE|True|False)$/.test(descending))
    throw new ApiError('invalid', 'descending is invalid');
  return {
    limit,
    offset,
    after,
    sortBy: parameter(query, 'sortBy'),
    descending: descending !== undefined && /^[1tT]/.test(descending),
  };
}

function integerParameter(query: URLSearchParams, name: string): number | undefined {
  const text = parameter(query, name);
  if (text === undefined) return undefined;
  if (!/^[+-]?\d{1,18}$/.test(text)) throw new ApiError('invalid', `${name} is invalid`);
  return Number(text);
}

function afterParameter(query: URLSearchParams): string | undefined {
  const text = parameter(query, 'after');
  if (text === undefined) return undefined;
  try {
    return parseId(text);
  } catch (error) {
    if (error instanceof ApiError) throw new ApiError('invalid', `decoding after: ${error.message}`);
    throw error;
  }
}

/** The page of rows that are listed by ascending id. `after` excludes the id itself, which need not exist. */
export function pageById<Row extends { readonly id: string }>(rows: Iterable<Row>, page: Page): Row[] {
  const ordered = [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
  const { after } = page;
  // In descending order, too, the server begins at the id that follows `after`.
  const started =
    after === undefined ? ordered : ordered.filter(({ id }) => (page.descending ? id <= next(after) : id > after));
  if (page.descending) started.reverse();
  const offset = Math.max(0, page.offset);
  return started.slice(offset, offset + page.limit);
}

function next(id: string): string {
  return (BigInt(`0x${id}`) + 1n).toString(16).padStart(16, '0');
}

/** The links of a paged list. `count` is the number of rows that the caller may see, whatever was skipped. */
export function pagingLinks(path: string, page: Page, filter: Readonly<Record<string, string>>, count: number) {
  const parameters: Record<string, string> = {
    ...filter,
    descending: String(page.descending),
    offset: String(page.offset),
    limit: String(page.limit),
    ...(page.after === undefined ? {} : { after: page.after }),
    ...(page.sortBy === undefined ? {} : { sortBy: page.sortBy }),
  };
  const link = (offset: number): string => `${path}?${encode({ ...parameters, offset: String(offset) })}`;
  return {
    ...(page.offset > 0 ? { prev: link(Math.max(0, page.offset - page.limit)) } : {}),
    self: link(page.offset),
    ...(count >= page.limit ? { next: link(page.offset + page.limit) } : {}),
  };
}

/** Go's `url.Values.Encode`: sorted by key. */
function encode(parameters: Readonly<Record<string, string>>): string {
  const escaped = (text: string): string =>
    encodeURIComponent(text)
      .replaceAll('%20', '+')
      .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return Object.keys(parameters)
    .sort()
    .map((key) => `${escaped(key)}=${escaped(parameters[key] ?? '')}`)
    .join('&');
}
