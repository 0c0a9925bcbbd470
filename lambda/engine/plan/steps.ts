import type { GrantChange, LedgerEntry, RotationDocument } from '../document/document.ts';
import type { Identity } from '../document/marker.ts';
import type { Target } from '../observe/target.ts';
import type { Reason } from './reason.ts';

// What a decision asks for, step by step, with all that the one who carries it out must know.

/** Ends a token step by step: `switch-off` can be undone, `delete` cannot. */
export interface EndStep {
  readonly kind: 'switch-off' | 'delete';
  readonly authorizationId: string;
  readonly reason: Reason;
  /** Since when it counts against `maxRetirementsPerRun`, the oldest first; undefined for what does not count. */
  readonly countsSince: number | undefined;
  /** Deleted whatever its status and keep-until. */
  readonly compromised: boolean;
  /** Whose it is, by its marker; an adopted one gets this marker when it is switched off. */
  readonly identity: Identity;
  /** Its right to be ended is the configuration's word, since it has no marker. */
  readonly adopted: boolean;
  /** An operator asked for it: the row says so from then on, and a later run deletes it. */
  readonly asked?: boolean;
  /** Anybody may have made it, with a copy of our marker: nothing waits for its end, nor fails with it. */
  readonly aside: boolean;
}

/** The secret as it was read: what the next version is made from. */
export interface StartingVersion {
  readonly secretId: string;
  readonly identity: Identity;
  /** The version that `AWSCURRENT` must still be on when the new one is promoted. */
  readonly versionId: string;
  /** Its text, of which every key but ours is kept. */
  readonly text: string;
}

/** What a decision does beside the ends of older tokens. */
export type Next = Mint | CopyForward | Reactivate | NoteCompromised;

/** A rotation: mint, store, activate, verify, promote. */
export interface Mint {
  readonly kind: 'mint';
  readonly reason: Reason;
  /** The consumer has no working token: a failed end does not stop it, nor a probe that proved nothing. */
  readonly urgent: boolean;
  /** What must be made first. `secret`: the secret itself; `value`: its first, empty version. */
  readonly createFirst: 'secret' | 'value' | undefined;
  /** Undefined only with `createFirst`. */
  readonly start: StartingVersion | undefined;
  readonly target: Target;
  readonly ledger: NextLedger;
  /** Look at the list again after the mint: another run may have been as urgent (U4). */
  readonly secondLook: boolean;
  /** How the configuration changed the token lately, this time included. */
  readonly changes: readonly GrantChange[];
  /** The version of the secret that the token goes into, and no further; undefined for one of its own. */
  readonly into: string | undefined;
}

/** Puts the current token into a new version whose ledger names what the present one does not. */
export interface CopyForward {
  readonly kind: 'copy-forward';
  readonly reason: Reason;
  readonly start: StartingVersion;
  readonly token: string;
  readonly document: RotationDocument;
  readonly ledger: NextLedger;
  /** When this happened before, within the last day, in milliseconds since the epoch. */
  readonly recent: readonly number[];
  /** An operator wants it, so it says nothing of another writer. */
  readonly asked?: boolean;
  /** What follows if the current token turns out not to work. */
  readonly otherwise: Mint | undefined;
}

/** Switches an older token on again, and keeps it until then. */
export interface Reactivate {
  readonly kind: 'reactivate';
  readonly reason: Reason;
  readonly authorizationId: string;
  /** Whose it is, by its marker. */
  readonly identity: Identity;
  /** Its right to be written is the configuration's word, since it has no marker. */
  readonly adopted: boolean;
  readonly until: number;
  /** No run can be at work on its end before, if it is active; in milliseconds since the epoch. */
  readonly untouchedUntil: number;
}

/** Writes on the current token's row that it leaked, before anything else is done (H17). */
export interface NoteCompromised {
  readonly kind: 'note-compromised';
  readonly reason: Reason;
  readonly authorizationId: string;
  readonly identity: Identity;
}

/** The older tokens that the next version will name. */
export interface NextLedger {
  readonly kept: readonly LedgerEntry[];
  /** Superseded by the version to come: `since` is the time of its put. */
  readonly added: readonly Omit<LedgerEntry, 'since'>[];
  /** The authorizations whose entries may be left out where the secret has no room for all, the first of them first (U6). */
  readonly mayGo: readonly string[];
}

/** The document of the next version, as a copy forward that is put now writes it; its id is yet to be made. */
export function copiedDocument(
  { document, ledger, recent, asked = false }: CopyForward,
  now: number,
): RotationDocument {
  return { ...document, superseded: supersededSince(ledger, now), copiedAt: asked ? recent : [...recent, now] };
}

/** @param now when the version that supersedes the tokens is put, in milliseconds since the epoch. */
export function supersededSince({ kept, added }: NextLedger, now: number): readonly LedgerEntry[] {
  return [...kept, ...added.map((entry) => ({ ...entry, since: now }))];
}
