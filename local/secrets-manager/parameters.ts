import { isObject } from '../http/aws-json.ts';
import { ServiceError, validation } from './service-error.ts';

/** Inclusive bounds of a length, a count or a number. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** The fields of one JSON object of a request, each checked for its type and its bounds as it is read. */
export class Parameters {
  readonly #fields: ReadonlyMap<string, unknown>;

  constructor(fields: object) {
    this.#fields = new Map(Object.entries(fields));
  }

  /** Null counts as absent, as it does in the service. */
  has(field: string): boolean {
    return this.#fields.get(field) != null;
  }

  text(field: string, length?: Range): string | undefined {
    const value = this.#fields.get(field) ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw wrongType(field, 'a string');
    if (length) checkLength(field, value.length, length);
    return value;
  }

  requiredText(field: string, length?: Range): string {
    const value = this.text(field, length);
    if (value === undefined) throw validation(field, 'Member must not be null');
    return value;
  }

  integer(field: string, range?: Range): number | undefined {
    const value = this.#fields.get(field) ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(field, 'an integer');
    if (range && value < range.min)
      throw validation(field, `Member must have value greater than or equal to ${range.min}`);
    if (range && value > range.max)
      throw validation(field, `Member must have value less than or equal to ${range.max}`);
    return value;
  }

  flag(field: string): boolean | undefined {
    const value = this.#fields.get(field) ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== 'boolean') throw wrongType(field, 'a boolean');
    return value;
  }

  texts(field: string, count: Range, length: Range): string[] | undefined {
    return this.#list(field, count)?.map((item) => {
      if (typeof item !== 'string') throw wrongType(field, 'a list of strings');
      checkLength(field, item.length, length);
      return item;
    });
  }

  objects(field: string, count?: Range): Parameters[] | undefined {
    return this.#list(field, count)?.map((item) => {
      if (!isObject(item)) throw wrongType(field, 'a list of objects');
      return new Parameters(item);
    });
  }

  object(field: string): Parameters | undefined {
    const value = this.#fields.get(field) ?? undefined;
    if (value === undefined) return undefined;
    if (!isObject(value)) throw wrongType(field, 'an object');
    return new Parameters(value);
  }

  #list(field: string, count?: Range): unknown[] | undefined {
    const value = this.#fields.get(field) ?? undefined;
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw wrongType(field, 'a list');
    if (count) checkLength(field, value.length, count);
    return value;
  }
}

export function checkLength(field: string, length: number, { min, max }: Range): void {
  if (length < min) throw validation(field, `Member must have length greater than or equal to ${min}`);
  if (length > max) throw validation(field, `Member must have length less than or equal to ${max}`);
}

function wrongType(field: string, expected: string): ServiceError {
  return new ServiceError('SerializationException', `${field} must be ${expected}`);
}
