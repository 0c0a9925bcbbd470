import type { Intending } from './apply/services.ts';
import type { EndStep } from './plan/steps.ts';
import type { Planned } from './report/consumer-report.ts';
import type { EvidenceReport, RunReport } from './report/report.ts';
import type { Unmanaged } from './report/unmanaged.ts';

/** What one pass of a run saw and decided, before it writes anything. */
export interface Plans {
  readonly planned: readonly Planned[];
  /** The ends of tokens that no configured secret reaches. */
  readonly unreached: readonly EndStep[];
  readonly unmanaged: Unmanaged;
  /** About some consumers, and not all. */
  readonly isPartial: boolean;
}

/** Who asked for what was done, and what became of it. */
export interface Account {
  readonly asked: { readonly action: string; readonly reason?: string; readonly by?: string | undefined };
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
  /** Undefined of a step of a rotation by Secrets Manager. */
  readonly report: RunReport | undefined;
}

/**
 * Puts on record what the engine does (docs/protocol.md, E1 to E7). It also hears the log, where every deed is told. It
 * never throws, and changes nothing of what is done.
 */
export interface Witness extends Intending {
  /** Before a pass writes anything: puts on record which tokens it is about to delete. */
  prepare(plans: Plans): Promise<void>;
  /** When all is done: puts on record what was. */
  conclude(account: Account): Promise<EvidenceReport>;
}
