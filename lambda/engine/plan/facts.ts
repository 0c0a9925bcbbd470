import type { ClockVerdict } from '../../calls/service-clocks.ts';
import type { ConsumerSettings, Limits } from '../../config/configuration.ts';
import type { ConsumerCommand } from '../../requests/request.ts';
import type { Listing } from '../observe/listing.ts';
import { arnOf, type ObservedSecret } from '../observe/observed-secret.ts';
import type { ConsumerProtections } from '../observe/protections.ts';
import type { Answers } from '../observe/question.ts';
import type { IsRotators } from '../observe/rotators-own.ts';
import type { Target, UnresolvedTarget } from '../observe/target.ts';
import type { ValuesOfOthers } from '../observe/values-of-others.ts';
import type { Canary } from './canary.ts';

/** What an operator asks for of one consumer: one more fact for the planner. */
export interface Asked {
  readonly command: ConsumerCommand;
  /** When the command came, in milliseconds since the epoch. */
  readonly at: number;
  /** This command switched the previous token on, and no request of a run can undo that any more. */
  readonly settled: boolean;
}

/** Everything that the decision for one consumer depends on. */
export interface Facts {
  /** This function's clock, in milliseconds since the epoch. */
  readonly now: number;
  readonly clocks: ClockVerdict;
  readonly deployment: string;
  readonly limits: Limits;
  readonly settings: ConsumerSettings;
  readonly secret: ObservedSecret;
  readonly target: Target | UnresolvedTarget;
  readonly listing: Listing;
  readonly protections: ConsumerProtections;
  readonly others: ValuesOfOthers;
  /** Where the rotator's own token does not belong: in every secret but its own. */
  readonly isRotators: IsRotators;
  /** Other consumers whose secrets this run could not read: they may hold a token that was shared. Of many, the first. */
  readonly unread: readonly string[];
  /** Authorizations that this run leaves on, because it switches off enough others. */
  readonly overTheCap: ReadonlySet<string>;
  /** More consumers miss their tokens at once than this run may replace. */
  readonly tooManyMissing: { readonly missing: number; readonly limit: number } | undefined;
  /** Secrets Manager rotates now, and wants the new token in this version of the secret; undefined in a run. */
  readonly into: string | undefined;
  /** What an operator asks for of this consumer; undefined in an ordinary run. */
  readonly asked: Asked | undefined;
  /** The command of this very run said that the token leaked, and its successor is current by now. */
  readonly leakReplaced: boolean;
  /** Who rotates before this consumer, as this run found them. None, if it is one of them itself. */
  readonly canaries: readonly Canary[];
  readonly scheduleMs: number;
  readonly answers: Answers;
}

/** What Secrets Manager is asked with: the ARN where it is known. */
export function secretIdOf({ secret, settings }: Pick<Facts, 'secret' | 'settings'>): string {
  return arnOf(secret) ?? settings.secret;
}
