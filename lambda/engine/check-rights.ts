import { sideBySide } from '../calls/side-by-side.ts';
import { type Grant, tryToGrant } from '../influxdb/grant.ts';
import type { Services } from './apply/services.ts';
import type { Decision } from './plan/decision.ts';
import type { Facts } from './plan/facts.ts';
import { mayOnlyBeAsked, withCommand } from './plan/own-advice.ts';
import { isTurnOf } from './plan/proof-of-life.ts';
import { afterTrial, trialOfNext, trialsOfOlder } from './plan/rights.ts';
import type { Planned } from './report/consumer-report.ts';

type Checking = Pick<Services, 'influxdb' | 'newId' | 'clock'>;

/**
 * Asks InfluxDB whether the rotator may make each consumer's next token, so that a missing right is known before the
 * token is due. Nothing is made. A dry run asks for all, and for the ends of their older tokens; any other run asks once a
 * day for those that it makes none for, and before the rotator's own token is replaced that somebody else made.
 *
 * @param until in any other run, no question begins later: what the consumers wait for goes first.
 */
export async function checkRights(
  { influxdb, newId, clock }: Checking,
  planned: readonly Planned[],
  { dry, until, scheduleMs }: { readonly dry: boolean; readonly until: number; readonly scheduleMs: number },
): Promise<Planned[]> {
  const isAsked = (facts: Facts, decision: Decision) =>
    dry ||
    mayOnlyBeAsked(facts, decision) ||
    (facts.settings.probe === 'daily' && decision.next === undefined && isTurnOf(facts, scheduleMs));
  return sideBySide(planned, async (each): Promise<Planned> => {
    const { facts, outcome } = each;
    if (outcome.kind !== 'decision' || !isAsked(facts, outcome)) return each;
    if (!dry && clock.now() > until) return each;
    const next = trialOfNext(facts, newId());
    const trials = [...(dry ? trialsOfOlder(facts, outcome, newId()) : []), ...(next === undefined ? [] : [next])];
    try {
      const grants = [];
      for (const trial of trials) grants.push(await tryToGrant(influxdb, trial));
      const worst = worstOf(grants);
      // The day's try in an ordinary run is only worth a word if something is missing.
      const isTold = worst !== undefined && (dry || worst.kind === 'may-not');
      const decision = isTold ? withCommand(facts, afterTrial(outcome, worst), worst) : outcome;
      const mayRotate = worst?.kind === 'may' && seesLess(decision) ? 'unknown' : worst?.kind;
      return { facts, outcome: next === undefined ? decision : { ...decision, mayRotate } };
    } catch (error) {
      return { facts, outcome: { kind: 'undecided', error } };
    }
  });
}

/** A token of this consumer could not be seen: whoever owns it, a right over that user is missing. */
function seesLess({ reason, notes }: Decision): boolean {
  return [reason, ...notes].some(({ code }) => code === 'CURRENT_UNSEEN' || code === 'ENTRY_UNSEEN');
}

/** A right that is missing says more than what could not be checked. */
function worstOf(grants: readonly Grant[]): Grant | undefined {
  const of = (kind: Grant['kind']) => grants.find((grant) => grant.kind === kind);
  return of('may-not') ?? of('unknown') ?? of('may');
}
