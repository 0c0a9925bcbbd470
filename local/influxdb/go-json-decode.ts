import { ApiError } from './errors.ts';
import { GoSyntaxError, type Node, scanFirstValue } from './go-json-scanner.ts';
import { parseId } from './ids.ts';

/** A Go type, as far as decoding JSON into it needs it. `type` is the name that Go prints in its messages. */
export type Shape =
  | { readonly kind: 'string'; readonly type: string; readonly pointer?: boolean }
  | { readonly kind: 'integer'; readonly type: string; readonly pointer?: boolean }
  | { readonly kind: 'id'; readonly pointer?: boolean }
  | { readonly kind: 'any' }
  | { readonly kind: 'list'; readonly type: string; readonly item: Shape }
  | { readonly kind: 'struct'; readonly type: string; readonly fields: Readonly<Record<string, Shape>> };

export const goString: Shape = { kind: 'string', type: 'string' };
export const goStringPointer: Shape = { kind: 'string', type: 'string', pointer: true };
export const goId: Shape = { kind: 'id' };
export const goIdPointer: Shape = { kind: 'id', pointer: true };

/** What was decoded. Values that Go cannot tell apart (absent, null and zero) are all missing. */
export type Decoded = Readonly<Record<string, unknown>>;

/** The body does not fit the type. `idError` is set if the server's id type refused it, which has a code of its own. */
export class GoDecodeError extends Error {
  override readonly name = 'GoDecodeError';
  readonly idError: boolean;

  constructor(message: string, idError = false) {
    super(message);
    this.idError = idError;
  }
}

/** Decodes as Go's `json.Decoder` does. Throws a `GoDecodeError` with Go's words. */
export function decodeJson(body: Buffer, shape: Shape & { kind: 'struct' }): Decoded {
  let node: Node;
  try {
    node = scanFirstValue(body);
  } catch (error) {
    if (error instanceof GoSyntaxError) throw new GoDecodeError(error.message);
    throw error;
  }
  const decoder = new Decoder();
  const value = decoder.decode(node, shape, undefined, { struct: '', path: [] });
  // A refused id ends decoding at once, so that it wins over mismatches that were met before it.
  if (decoder.mismatch) throw new GoDecodeError(decoder.mismatch);
  return (value ?? {}) as Decoded;
}

interface Context {
  readonly struct: string;
  readonly path: readonly string[];
}

class Decoder {
  /** The first type mismatch; Go notes it and goes on. */
  mismatch: string | undefined;

  decode(node: Node, shape: Shape, before: unknown, at: Context): unknown {
    // JSON null empties pointers and slices, and leaves everything else as it was.
    if (node.kind === 'null')
      return shape.kind === 'list' || ('pointer' in shape && shape.pointer) ? undefined : before;
    switch (shape.kind) {
      case 'any':
        return node.kind === 'object' ? {} : true;
      case 'string':
        return node.kind === 'string' ? node.value : this.#note(describe(node), shape.type, before, at);
      case 'integer':
        return this.#integer(node, shape.type, before, at);
      case 'id':
        if (node.kind !== 'string')
          return this.#note(node.kind, shape.pointer ? '*platform.ID' : 'platform.ID', before, at);
        return idOf(node.value);
      case 'list':
        if (node.kind !== 'array') return this.#note(describe(node), shape.type, before, at);
        return node.items.map((item) => this.decode(item, shape.item, undefined, at));
      case 'struct':
        if (node.kind !== 'object') return this.#note(describe(node), shape.type, before, at);
        return this.#struct(node.members, shape, before, at);
    }
  }

  #struct(
    members: readonly (readonly [string, Node])[],
    shape: Shape & { kind: 'struct' },
    before: unknown,
    at: Context,
  ) {
    const result: Record<string, unknown> = { ...(before as Record<string, unknown> | undefined) };
    const names = Object.keys(shape.fields);
    for (const [key, member] of members) {
      // Go prefers the exact name, but accepts any mix of upper and lower case.
      const name =
        names.find((known) => known === key) ?? names.find((known) => known.toLowerCase() === key.toLowerCase());
      const field = name === undefined ? undefined : shape.fields[name];
      if (name === undefined || field === undefined) continue;
      const struct = shape.type.slice(shape.type.indexOf('.') + 1);
      result[name] = this.decode(member, field, result[name], { struct, path: [...at.path, name] });
    }
    return result;
  }

  #integer(node: Node, type: string, before: unknown, at: Context): unknown {
    if (node.kind !== 'number') return this.#note(describe(node), type, before, at);
    const fits = /^-?\d+$/.test(node.text) && BigInt.asIntN(64, BigInt(node.text)) === BigInt(node.text);
    return fits ? Number(node.text) : this.#note(`number ${node.text}`, type, before, at);
  }

  #note(value: string, type: string, before: unknown, at: Context): unknown {
    const target = at.path.length === 0 ? 'Go value' : `Go struct field ${at.struct}.${at.path.join('.')}`;
    this.mismatch ??= `json: cannot unmarshal ${value} into ${target} of type ${type}`;
    return before;
  }
}

function describe(node: Node): string {
  return node.kind;
}

function idOf(text: string): string {
  try {
    return parseId(text);
  } catch (error) {
    if (error instanceof ApiError) throw new GoDecodeError(error.message, true);
    throw error;
  }
}
