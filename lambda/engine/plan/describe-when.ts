import { at } from './phrases.ts';
import type { Reasons } from './reason.ts';

type About =
  | ('FROZEN' | 'OUTSIDE_WINDOW' | 'CANARY_FIRST' | 'CANARY_PASSED' | 'ENDS_FROZEN')
  | ('EXEMPT' | 'EXCEPTION_ENDS' | 'EXCEPTION_EXPIRED');

/** What waits because the configuration says when. */
export const WHEN_SENTENCES: { readonly [Code in About]: (about: Reasons[Code]) => string } = {
  EXEMPT: ({ why, approvedBy, until }) =>
    `exempt ("${why}", approved by ${approvedBy}): its age is no reason to rotate it before ${at(until)}`,
  EXCEPTION_ENDS: ({ why, until }) =>
    `its exception ("${why}") ends at ${at(until)}, and then its token is rotated as usual: be ready for that, or have the exception renewed`,
  EXCEPTION_EXPIRED: ({ why, until }) =>
    `its exception ("${why}") ended at ${at(until)}, and its token is rotated as usual: remove "exception" from the configuration, or have it renewed`,
  FROZEN: ({ why, until }) => `frozen ("${why}") until ${at(until)}`,
  OUTSIDE_WINDOW: ({ window, until }) => `its window (${window}) opens at ${at(until)}`,
  CANARY_FIRST: ({ canary, state, why, until }) =>
    state === 'unwell'
      ? `canary ${canary} goes first, and is not well (${why ?? 'it could not be looked at'}): mend it; without it, this one follows by ${at(until)}, before its token is too old`
      : `canary ${canary} goes first, and must then be well for the soak: this one follows after ${at(until)}`,
  CANARY_PASSED: ({ canary, state, why }) =>
    `it is replaced before canary ${canary} is known to be well (${why ?? state}), because its token would get older than "maxTokenAge"`,
  ENDS_FROZEN: ({ why, until }) => `nothing is switched off or deleted before ${at(until)}: frozen ("${why}")`,
};
