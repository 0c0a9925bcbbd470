import { OutOfTimeError } from '../calls/budget.ts';
import { sideBySide } from '../calls/side-by-side.ts';
import { adoptedId } from '../config/adopted.ts';
import { type Grant, tryToGrant } from '../influxdb/grant.ts';
import { assertValueFits } from './apply/rotate.ts';
import type { Services } from './apply/services.ts';
import { type Absence, type Existence, namesById } from './observe/existence.ts';
import type { Decision } from './plan/decision.ts';
import type { Facts } from './plan/facts.ts';
import { mayOnlyBeAsked, withCommand } from './plan/own-advice.ts';
import { isTurnOf } from './plan/proof-of-life.ts';
import { afterAbsence, afterTrial, trialOfNext, trialsOfOlder } from './plan/rights.ts';
import type { Planned } from './report/consumer-report.ts';

type Checking = Pick<Services, 'influxdb' | 'newId' | 'clock'> & { readonly existence: Existence };

/**
 * Asks InfluxDB whether the rotator may make each consumer's next token, and whether what the configuration names by id
 * exists, so that both are known before the token is due. Nothing is made. A dry run asks for all, and for the ends of
 * their older tokens; any other run asks once a day for those that it makes none for, and before the rotator's own token is
 * replaced that somebody else made.
 *
 * @param until in any other run, no question begins later: what the consumers wait for goes first.
 */
export async function checkRights(
  services: Checking,
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
    if (!dry && services.clock.now() > until) return each;
    try {
      if (dry) assertNextFits(services, facts, outcome);
      // A mint that is due has asked already, and says what it heard.
      const isKnown = facts.answers.hasAsked({ kind: 'existence' });
      const problem = isKnown ? facts.answers.absent() : await absentIn(services.existence, facts, dry);
      const decision = problem === undefined || isKnown ? outcome : afterAbsence(outcome, problem);
      const checked = await checkGrants(services, facts, decision, dry);
      // Of what does not exist no right can be told.
      const mayRotate = problem !== undefined && checked.mayRotate === 'may' ? 'unknown' : checked.mayRotate;
      return { facts, outcome: { ...checked, mayRotate } };
    } catch (error) {
      if (!dry && error instanceof OutOfTimeError) return each;
      return { facts, outcome: { kind: 'undecided', error } };
    }
  });
}

/** As long as the ids of InfluxDB. */
const YET_TO_BE_MADE = '0'.repeat(16);

/** What the first step of a rotation would find out. @throws {SecretTextError} */
function assertNextFits(services: Checking, { settings }: Facts, { next }: Decision): void {
  if (next?.kind !== 'mint') return;
  assertValueFits(services, settings, next, next.target.userId ?? YET_TO_BE_MADE);
}

async function checkGrants(
  { influxdb, newId }: Checking,
  facts: Facts,
  decision: Decision,
  dry: boolean,
): Promise<Decision> {
  const next = trialOfNext(facts, newId());
  const older = dry ? trialsOfOlder(facts, decision, newId()) : [];
  const unseen = await unseenAdopted(influxdb, facts);
  const grants: Grant[] = unseen === undefined ? [] : [unseen];
  for (const trial of [...older, next]) if (trial !== undefined) grants.push(await tryToGrant(influxdb, trial));
  // The day's try in an ordinary run is only worth a word if something is missing.
  const worst = worstOf(grants);
  const isTold = dry || worst?.kind === 'may-not';
  const checked = worst === undefined || !isTold ? decision : withCommand(facts, afterTrial(decision, worst), worst);
  if (next === undefined) return checked;
  return { ...checked, mayRotate: worst?.kind === 'may' && seesLess(checked) ? 'unknown' : worst?.kind };
}

/** What the configuration names by id, and InfluxDB does not have. Only a dry run asks for an org alone. */
async function absentIn(existence: Existence, { settings, target }: Facts, dry: boolean): Promise<Absence | undefined> {
  if (settings.retired || target.kind !== 'resolved' || !(dry || namesById(settings))) return undefined;
  return existence.problemOf(settings, target);
}

/** An authorization to adopt that no list shows may be hidden, and would then live on. */
async function unseenAdopted(
  influxdb: Checking['influxdb'],
  { settings, listing, answers }: Facts,
): Promise<Grant | undefined> {
  const id = adoptedId(settings);
  if (id === undefined || listing.get(id) !== undefined) return undefined;
  const found = await influxdb.lookUp(id);
  answers.note({ kind: 'authorization', id }, found);
  if (found.kind !== 'unseen') return undefined;
  const { right, detail } = found;
  return right === undefined ? { kind: 'unknown', detail } : { kind: 'may-not', right };
}

/** A token of this consumer could not be seen: whoever owns it, a right over that user is missing. */
function seesLess({ reason, obstacle, notes }: Decision): boolean {
  return [reason, obstacle, ...notes].some((each) => each?.code === 'CURRENT_UNSEEN' || each?.code === 'ENTRY_UNSEEN');
}

/** A right that is missing says more than what could not be checked. */
function worstOf(grants: readonly Grant[]): Grant | undefined {
  const of = (kind: Grant['kind']) => grants.find((grant) => grant.kind === kind);
  return of('may-not') ?? of('unknown') ?? of('may');
}
