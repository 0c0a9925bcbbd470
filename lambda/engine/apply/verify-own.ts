import { CallError } from '../../calls/call-error.ts';
import { messageOf } from '../../calls/failure.ts';
import { allSideBySide } from '../../calls/side-by-side.ts';
import { InfluxdbClient } from '../../influxdb/client.ts';
import { InfluxdbError, RotatorRejectedError } from '../../influxdb/errors.ts';
import { SPREAD_MS, SPREAD_STEP_MS } from '../../influxdb/probe.ts';
import { ListedRows } from '../observe/listing.ts';
import type { OwnRights, OwnTrial } from '../observe/target.ts';
import { assertAsAsked } from './mint.ts';
import { type NewToken, noting } from './new-token.ts';
import { RotationError } from './rotation-error.ts';
import type { Services } from './services.ts';
import { deleteTrial, makeTrial } from './trial.ts';

/** The new token does not show what it must. It may pass, since a change takes time to spread. */
class NotShownError extends Error {}

/**
 * Proves, signed in with the rotator's new token, what the next runs will need of it: that it sees every token of ours
 * that this run saw, and can make and delete an authorization for each owner and for itself (docs/protocol.md, H4).
 * What works for some of them must work for all, however urgent the rotation is.
 */
export async function verifyOwn(services: Services, token: NewToken, { sees, trials }: OwnRights): Promise<void> {
  const signedIn = new InfluxdbClient(services.transport, token.authorization.token);
  const giveUpAt = services.clock.now() + SPREAD_MS;
  await whileItSpreads(services, giveUpAt, () => assertSees(services, signedIn, token, sees));
  await allSideBySide(trials, (trial) =>
    whileItSpreads(services, giveUpAt, () => tryToServe(services, signedIn, token, trial)),
  );
  const { settings, authorization } = token;
  const probes = [
    { right: 'read:authorizations', answer: `shows all ${sees.size + 1} of this deployment` },
    ...trials.map(({ userId }) => ({
      right: `write:authorizations for user ${userId}`,
      answer: 'made one, and deleted it',
    })),
  ];
  services.log('TOKEN_VERIFIED', {
    consumer: settings.name,
    authorizationId: authorization.id,
    proof: 'works',
    probes,
  });
}

async function whileItSpreads(
  { clock, budget, limits }: Services,
  giveUpAt: number,
  prove: () => Promise<void>,
): Promise<void> {
  for (;;) {
    try {
      return await prove();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const late = clock.now() + SPREAD_STEP_MS > giveUpAt || budget.remainingMs() < 3 * limits.callTimeoutMs;
      const why = error instanceof NotShownError ? error.message : messageOf(error);
      // What InfluxDB says to the new token must not end the run, which signs in with the present one.
      if (late) throw new RotationError('TOKEN_FAILS', `the new token of the rotator does not work: ${why}`);
    }
    await clock.sleep(SPREAD_STEP_MS);
  }
}

function isRefusal(error: unknown): boolean {
  if (error instanceof NotShownError || error instanceof RotatorRejectedError) return true;
  return error instanceof InfluxdbError && (error.status === 401 || error.status === 403);
}

/** InfluxDB leaves out of a list, silently, what may not be read, and what may not be read cannot be ended. */
async function assertSees(
  { influxdb }: Services,
  signedIn: InfluxdbClient,
  { authorization: { id, orgId } }: NewToken,
  sees: ReadonlySet<string>,
): Promise<void> {
  const ids = new Set([...sees, id]);
  const listed = new ListedRows({ ids, owners: new Set(), values: new Set() });
  await signedIn.listAuthorizations({ orgID: orgId }, listed);
  const shown = new Set(listed.rows.map((row) => row.id));
  for (const each of ids) {
    if (shown.has(each)) continue;
    // This run, or another, may have deleted it since.
    if ((await influxdb.lookUp(each)).kind !== 'gone') throw new NotShownError(`it does not see authorization ${each}`);
  }
}

/** The trial's marker is the rotator's: a consumer's would keep that consumer waiting, which may be served in this run. */
async function tryToServe(
  services: Services,
  signedIn: InfluxdbClient,
  token: NewToken,
  { userId, permissions }: OwnTrial,
): Promise<void> {
  const { orgId } = token.authorization;
  const { identity } = token.start;
  const trial = await makeTrial(services, signedIn, { identity, orgId, userId, permissions }, noting(token)).catch(
    async (error: unknown) => {
      // Somebody deleted the owner while a token of his is left: nobody can make one for him.
      if (error instanceof CallError && (await signedIn.exists('/api/v2/users/{id}', userId)) === false)
        return undefined;
      throw error;
    },
  );
  if (trial === undefined) return;
  try {
    await deleteTrial(services, signedIn, identity, trial, noting(token));
  } catch (error) {
    if (isRefusal(error)) await deleteTrial(services, services.influxdb, identity, trial, noting(token));
    throw error;
  }
  assertAsAsked(trial, { kind: 'resolved', orgId, userId, grant: () => permissions }, userId);
}
