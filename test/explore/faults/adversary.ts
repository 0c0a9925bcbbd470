import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { parseMarker } from '../../../lambda/engine/document/marker.ts';
import { HOUR } from '../../builders/a-configuration.ts';
import type { Scene } from '../../builders/a-scene.ts';

/** The user whose rows are the attacker's own. */
const ATTACKER = 'svc-attacker';

// Somebody who may write one consumer's secret, and make authorizations for a user of their own (SECURITY.md). The
// rotator is given the operator's token here: it sees every row, and could end every row, so that only our rules hold
// it back.

/** The attacker forges the ledger of the first consumer, and changes the value as it is told. */
export async function forgeLedger(scene: Scene, change: object = {}): Promise<void> {
  await signInAsOperator(scene);
  const { influxdb, admin, userIds } = scene.world;
  const stranger = await createAuthorization(scene, 'svc-stranger', 'of another application');
  const operator = influxdb.store.authorizationOf(admin.operatorToken)?.id;
  const other = userIds.get('svc-grafana');
  const rows = influxdb.store.storedAuthorizations();
  const lines = rows
    .filter(({ id, userId }) => id === stranger || id === operator || id === scene.world.rotatorId || userId === other)
    .map(({ id, userId, orgId }) => ({
      ...{ authorizationId: id, userId, orgId },
      since: '2020-01-01T00:00:00Z',
      compromised: true,
    }));
  if (lines.length !== 4) throw new Error(`${lines.length} forged lines instead of four`);
  const { rotation } = await scene.value();
  await scene.edit({ rotation: { ...rotation, superseded: [...rotation.superseded, ...lines] }, ...change });
  scene.auditor.accept();
}

/** The attacker copies the marker of the superseded token to rows of their own: two are old by now, and two young. */
export async function copyMarker(scene: Scene): Promise<void> {
  await signInAsOperator(scene);
  const [superseded] = (await scene.value()).rotation.superseded;
  const { description = '' } = scene.rows.find(({ id }) => id === superseded?.authorizationId) ?? {};
  if (parseMarker(description)?.tokenHash === undefined) throw new Error('no marker with a hash to copy');
  await createAuthorization(scene, ATTACKER, description);
  await createAuthorization(scene, ATTACKER, description, 'inactive');
  scene.world.clock.advance(HOUR);
  await createAuthorization(scene, ATTACKER, description);
  await createAuthorization(scene, ATTACKER, description, 'inactive');
  scene.auditor.accept();
}

async function signInAsOperator({ world }: Scene): Promise<void> {
  const SecretString = JSON.stringify({ token: world.admin.operatorToken });
  await world.secrets.send(new PutSecretValueCommand({ SecretId: 'influxdb/rotator', SecretString }));
}

async function createAuthorization(
  { world: { admin, influxdb } }: Scene,
  user: string,
  description: string,
  status = 'active',
): Promise<string> {
  const userID = influxdb.store.userNamed(user)?.id ?? (await admin.createUser(user));
  const permissions = [{ action: 'read', resource: { type: 'buckets', orgID: admin.orgId } }];
  return (await admin.createAuthorization({ userID, description, permissions, status })).id;
}
