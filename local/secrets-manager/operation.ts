import type { Parameters } from './parameters.ts';
import type { InvokeRotation } from './rotation.ts';
import type { Store } from './store.ts';

export interface Context {
  readonly store: Store;
  /** Stands for the rotation function; without it a rotation waits for somebody to take its steps by hand. */
  readonly invokeRotation?: InvokeRotation | undefined;
}

/** One operation of the service: its answer's fields, or undefined for an answer without a body. Throws `ServiceError`. */
export type Operation = (context: Context, input: Parameters) => object | undefined | Promise<object | undefined>;
