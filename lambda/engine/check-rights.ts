import { sideBySide } from '../calls/side-by-side.ts';
import type { NewAuthorization } from '../influxdb/authorization.ts';
import { type Grant, tryToGrant } from '../influxdb/grant.ts';
import type { Services } from './apply/services.ts';
import type { Decision } from './plan/decision.ts';
import type { Facts } from './plan/facts.ts';
import { isTurnOf } from './plan/proof-of-life.ts';
import { afterGrant, formerOwners, wantedGrant, withUnseenRights } from './plan/rights.ts';
import type { Planned } from './report/consumer-report.ts';

type Checking = Pick<Services, 'influxdb' | 'newId' | 'clock'>;

/**
 * Asks InfluxDB whether the rotator may make each consumer's next token, so that a missing right is known before the
 * token is due. Nothing is made. A dry run asks for all; any other once a day for those that it makes none for.
 *
 * @param until in any other run, no question begins later: what the consumers wait for goes first.
 */
export async function checkRights(
  { influxdb, newId, clock }: Checking,
  planned: readonly Planned[],
  { dry, until, scheduleMs }: { readonly dry: boolean; readonly until: number; readonly scheduleMs: number },
): Promise<Planned[]> {
  const isAsked = (facts: Facts, { next }: Decision) =>
    dry || (facts.settings.probe === 'daily' && next === undefined && isTurnOf(facts, scheduleMs));
  return sideBySide(planned, async (each): Promise<Planned> => {
    const { facts, outcome } = each;
    if (outcome.kind !== 'decision' || !isAsked(facts, outcome)) return each;
    if (!dry && clock.now() > until) return each;
    const decision = dry ? withUnseenRights(facts, outcome) : outcome;
    const wanted = wantedGrant(facts, newId());
    if (wanted === undefined) return { facts, outcome: decision };
    try {
      const grant = await grantOf(influxdb, wanted, dry ? formerOwners(facts, wanted.userId) : []);
      // The day's try in an ordinary run is only worth a word if something is missing.
      if (!dry && grant.kind === 'unknown') return { facts, outcome: { ...decision, grant: grant.kind } };
      return { facts, outcome: afterGrant(decision, grant) };
    } catch (error) {
      return { facts, outcome: { kind: 'undecided', error } };
    }
  });
}

/** Older tokens of other owners are to be ended, too, which takes the right over those. */
async function grantOf(
  influxdb: Checking['influxdb'],
  wanted: Omit<NewAuthorization, 'status'>,
  others: readonly string[],
): Promise<Grant> {
  for (const userId of others) {
    const grant = await tryToGrant(influxdb, { ...wanted, userId, permissions: [] });
    if (grant.kind === 'may-not') return grant;
  }
  return tryToGrant(influxdb, wanted);
}
