/** Why it is so: a code of `docs/codes.md` where there is one, and a sentence. */
export interface Why {
  readonly code?: string;
  readonly reason: string;
  /** ISO 8601: when it ends by itself, or when what is warned of comes. */
  readonly until?: string;
}
