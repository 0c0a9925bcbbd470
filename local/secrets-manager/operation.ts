import type { Parameters } from './parameters.ts';
import type { Rotations } from './rotation.ts';
import type { Store } from './store.ts';

export interface Context {
  readonly store: Store;
  readonly rotations: Rotations;
}

/** One operation of the service: its answer's fields, or undefined for an answer without a body. Throws `ServiceError`. */
export type Operation = (context: Context, input: Parameters) => object | undefined | Promise<object | undefined>;
