/** How the calls of one invocation went, beyond what became of each. */
export class CallCounts {
  /** Attempts after the first of a call. */
  retried = 0;
  /** Attempts that were one too many: the service was too busy, or a quota was used up. */
  throttled = 0;
}
