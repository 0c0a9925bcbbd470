import type { Parameters } from './parameters.ts';
import { ServiceError } from './service-error.ts';

export interface Page<T> {
  readonly items: T[];
  readonly nextToken: string | undefined;
}

/** The page of `all` that a request asks for by `MaxResults` and `NextToken`. */
export function page<T>(all: readonly T[], input: Parameters, maximum: number): Page<T> {
  const size = input.integer('MaxResults', { min: 1, max: maximum }) ?? maximum;
  const start = offset(input.text('NextToken', { min: 1, max: 4096 }));
  const end = start + size;
  const nextToken = end < all.length ? Buffer.from(`after ${end}`).toString('base64') : undefined;
  return { items: all.slice(start, end), nextToken };
}

function offset(token: string | undefined): number {
  if (token === undefined) return 0;
  const match = /^after (\d+)$/.exec(Buffer.from(token, 'base64').toString());
  if (!match) throw new ServiceError('InvalidNextTokenException', 'The NextToken value is invalid.');
  return Number(match[1]);
}
