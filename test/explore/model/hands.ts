import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { parseMarker } from '../../../lambda/engine/document/marker.ts';
import type { StoredAuthorization } from '../../../local/influxdb/rows.ts';
import type { World } from '../../../simulation/world.ts';
import { DAY } from '../../builders/a-configuration.ts';
import type { Act } from './acts.ts';
import {
  ATTACKER,
  contentOf,
  currentRowOf,
  currentVersionOf,
  handMadeRowOf,
  isDeleted,
  markedRowsOf,
  otherOf,
  rotatorsRowOf,
  secretOf,
  versionsOf,
} from './look.ts';
import { textOf } from './values.ts';

type TokenAct = Extract<Act, { kind: 'token' }>;
type PutAct = Extract<Act, { kind: 'put' }>;

// What people do by hand, over the same wire as everybody. Each returns false where there is nothing to do it to.

export async function actOnToken(world: World, id: string | undefined, deed: TokenAct['deed']): Promise<boolean> {
  const row = world.influxdb.store.storedAuthorizations().find((each) => each.id === id);
  // Without its owner, a row can only be deleted.
  if (row === undefined || (deed !== 'delete' && !world.influxdb.store.tables.users.has(row.userId))) return false;
  const path = `/api/v2/authorizations/${row.id}`;
  const patch = async (body: object) => {
    await world.admin.send('PATCH', path, body);
    return true;
  };
  switch (deed) {
    case 'delete':
      await world.admin.send('DELETE', path);
      return true;
    case 'switch-off':
      return patch({ status: 'inactive' });
    case 'reactivate':
      return patch({ status: 'active' });
    case 'rename':
      return patch({ description: `${row.description} renamed by hand` });
    case 'unmark':
      return patch({ description: 'renamed by hand' });
    case 'keep':
      if (parseMarker(row.description) === undefined) return false;
      return patch({
        description: `${row.description} keep-until=${new Date(world.clock.now() + 3 * DAY).toISOString()}`,
      });
  }
}

export function findToken(world: World, { consumer, which }: TokenAct): string | undefined {
  const current = currentRowOf(world, consumer)?.id;
  const { rotation } = contentOf(currentVersionOf(world, consumer));
  const marked = new Set(markedRowsOf(world, consumer).map(({ row }) => row.id));
  const named = (rotation?.superseded ?? []).map(({ authorizationId }) => authorizationId);
  const superseded = named.filter((id) => marked.has(id));
  switch (which) {
    case 'current':
      return current;
    case 'superseded':
      return superseded.at(-1);
    case 'stray':
      return markedRowsOf(world, consumer)
        .map(({ row }) => row.id)
        .findLast((id) => id !== current && !superseded.includes(id));
  }
}

export async function moveLabel(world: World, { consumer, back }: Extract<Act, { kind: 'label' }>): Promise<boolean> {
  const to = versionsOf(world, consumer).filter(({ value }) => value !== undefined)[back]?.id;
  const from = currentVersionOf(world, consumer)?.id;
  if (to === undefined || from === undefined || to === from || isDeleted(world, consumer)) return false;
  const move = { VersionStage: 'AWSCURRENT', MoveToVersionId: to, RemoveFromVersionId: from };
  await world.secrets.send(new UpdateSecretVersionStageCommand({ SecretId: secretOf(consumer), ...move }));
  return true;
}

export async function putByHand(world: World, { consumer, value }: PutAct): Promise<boolean> {
  if (isDeleted(world, consumer)) return false;
  const text = await textOf(world, consumer, value);
  if (text === undefined) return false;
  await world.secrets.send(new PutSecretValueCommand({ SecretId: secretOf(consumer), SecretString: text }));
  return true;
}

export async function actOnSecret(world: World, act: Extract<Act, { kind: 'secret' }>): Promise<boolean> {
  const SecretId = secretOf(act.consumer);
  const secret = world.secretsManager.store.secret(SecretId);
  if (act.deed === 'schedule deletion') {
    if (secret === undefined || secret.deletedAt !== undefined) return false;
    await world.secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
  } else if (secret === undefined) {
    await world.secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: '{}' }));
  } else {
    if (secret.deletedAt === undefined) return false;
    await world.secrets.send(new RestoreSecretCommand({ SecretId }));
  }
  return true;
}

/** Somebody who may write this consumer's secret, and make authorizations for a user of their own, and nothing else. */
export async function attack(
  world: World,
  { consumer, attack: what }: Extract<Act, { kind: 'attack' }>,
): Promise<boolean> {
  const other = otherOf(consumer);
  switch (what) {
    case "a ledger line with the other's token":
      return forge(world, consumer, currentRowOf(world, other), false);
    case "a leaked ledger line with the other's token":
      return forge(world, consumer, currentRowOf(world, other), true);
    case "a leaked ledger line with the rotator's token":
      return forge(world, consumer, rotatorsRowOf(world), true);
    case 'a leaked ledger line with what was made by hand':
      return forge(world, consumer, handMadeRowOf(world, consumer), true);
    case 'a ledger line with its own token':
      return forge(world, consumer, currentRowOf(world, consumer), false);
    case 'a copy of its marker': {
      const copied = markedRowsOf(world, consumer).at(-1)?.row;
      const userID = world.influxdb.store.userNamed(ATTACKER)?.id;
      if (copied === undefined || userID === undefined) return false;
      const { description } = copied;
      const permissions = [{ action: 'read', resource: { type: 'buckets', orgID: world.admin.orgId } }];
      await world.admin.createAuthorization({ userID, description, permissions });
      return true;
    }
  }
}

async function forge(
  world: World,
  consumer: string,
  target: Pick<StoredAuthorization, 'id' | 'userId'> | undefined,
  compromised: boolean,
): Promise<boolean> {
  const content = contentOf(currentVersionOf(world, consumer));
  if (target === undefined || content.rotation === undefined || isDeleted(world, consumer)) return false;
  // R6c: its own, which another's secret may hold, too, would rightly end without a grace period.
  if (compromised && markedRowsOf(world, consumer).some(({ row }) => row.id === target.id)) return false;
  const line = { authorizationId: target.id, userId: target.userId, since: '2020-01-01T00:00:00.000Z' };
  const superseded = [...content.rotation.superseded, { ...line, ...(compromised ? { compromised } : {}) }];
  const SecretString = JSON.stringify({ ...content, rotation: { ...content.rotation, superseded } });
  await world.secrets.send(new PutSecretValueCommand({ SecretId: secretOf(consumer), SecretString }));
  return true;
}
