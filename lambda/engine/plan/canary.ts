import type { ReasonCode } from '../../log/reason-codes.ts';

/** A consumer that rotates first, as this run found it. */
export interface Canary {
  readonly consumer: string;
  /** `due`: it is to get a new token. `soaking`: it has one, since not long ago. `unwell`: something must be mended. */
  readonly state: 'due' | 'soaking' | 'well' | 'unwell';
  /** When it is well, or was, if nothing happens; undefined where nothing tells. In milliseconds since the epoch. */
  readonly wellAt: number | undefined;
  /** What was decided for it; undefined if nothing could be. */
  readonly why: ReasonCode | undefined;
}
