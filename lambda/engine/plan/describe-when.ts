import type { Reasons } from './reason.ts';

type About = 'FROZEN' | 'OUTSIDE_WINDOW' | 'ENDS_FROZEN';

/** What waits because the configuration says when. */
export const WHEN_SENTENCES: { readonly [Code in About]: (about: Reasons[Code]) => string } = {
  FROZEN: ({ why, until }) => `frozen ("${why}") until ${at(until)}`,
  OUTSIDE_WINDOW: ({ window, until }) => `its window (${window}) opens at ${at(until)}`,
  ENDS_FROZEN: ({ why, until }) => `nothing is switched off or deleted before ${at(until)}: frozen ("${why}")`,
};

function at(time: number): string {
  return new Date(time).toISOString();
}
