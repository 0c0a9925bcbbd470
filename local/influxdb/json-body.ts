import { ApiError } from './errors.ts';
import { type Decoded, decodeJson, GoDecodeError, type Shape } from './go-json-decode.ts';

type Struct = Shape & { kind: 'struct' };

/** For handlers that pass the decoder's error on: it has no code, so it is an internal error unless an id was refused. */
export function bodyOrInternalError(body: Buffer, shape: Struct): Decoded {
  return decode(body, shape, (error) => new ApiError(error.idError ? 'invalid' : 'internal error', error.message));
}

/** For handlers that wrap the decoder's error: `invalid`, with `prefix` before Go's words. */
export function bodyOrInvalid(body: Buffer, shape: Struct, prefix: string): Decoded {
  return decode(body, shape, (error) => new ApiError('invalid', `${prefix}${error.message}`));
}

function decode(body: Buffer, shape: Struct, refuse: (error: GoDecodeError) => ApiError): Decoded {
  try {
    return decodeJson(body, shape);
  } catch (error) {
    if (error instanceof GoDecodeError) throw refuse(error);
    throw error;
  }
}

/** A decoded string, or its zero value. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function integer(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
