import { SELF } from '../../../lambda/config/self.ts';
import { operatorPermissions } from '../../../lambda/influxdb/permissions.ts';
import type { World } from '../../../simulation/world.ts';
import {
  contentOf,
  currentVersionOf,
  HAND_MADE,
  otherOf,
  pendingVersionOf,
  ROTATOR,
  settingsOf,
  tokenKeyOf,
  type Value,
  versionsOf,
} from './look.ts';

/** What somebody puts into a secret in the console. */
export const VALUES = [
  'another url',
  'a token, our keys kept',
  'a token alone',
  'a token of its owner that works',
  'plain text',
  "the other's value",
  'its value of before',
  'its oldest value',
  'its pending value',
  'the token of before, and its hash',
  'the ledger of before',
  'its token alone',
  "the application's own value under the other key",
] as const;

export type ValueName = (typeof VALUES)[number];

/** Long enough to be found if it were said aloud. */
const BY_HAND = 'a-token-that-was-put-by-hand';

/** What an application keeps in its secret under a key of its own. */
export const OF_THE_APPLICATION = 'what-the-application-keeps-there';

/** Between which the configuration changes. */
export const KEYS = ['token', 'password'] as const;

/** @returns undefined where there is nothing to make it from. */
export async function textOf(world: World, consumer: string, value: ValueName): Promise<string | undefined> {
  const present = currentVersionOf(world, consumer);
  const content = contentOf(present);
  const key = tokenKeyOf(world, consumer);
  switch (value) {
    case 'another url':
      return present?.value?.startsWith('{') ? JSON.stringify({ ...content, url: 'https://edited' }) : undefined;
    case 'a token, our keys kept':
      return JSON.stringify({ ...content, [key]: BY_HAND });
    case 'a token alone':
      return JSON.stringify({ [key]: BY_HAND });
    case 'a token of its owner that works':
      return madeByHand(world, consumer);
    case 'plain text':
      return BY_HAND;
    case "the other's value":
      return currentVersionOf(world, otherOf(consumer))?.value;
    case 'its token alone':
      return content.rotation === undefined ? undefined : JSON.stringify({ [key]: content[key] });
    case "the application's own value under the other key": {
      const other = KEYS.find((each) => each !== key) ?? key;
      return JSON.stringify({ ...content, [other]: OF_THE_APPLICATION });
    }
    default:
      return olderText(world, consumer, value, content);
  }
}

function olderText(
  world: World,
  consumer: string,
  value: Extract<ValueName, `its ${string}` | `the ${string}`>,
  content: Value,
): string | undefined {
  const ours = versionsOf(world, consumer).filter((version) => contentOf(version).rotation !== undefined);
  const before = ours.find(({ stages }) => stages.has('AWSPREVIOUS'));
  const older = contentOf(before);
  switch (value) {
    case 'its value of before':
      return before?.value;
    case 'its oldest value':
      return ours.at(-1)?.value;
    case 'its pending value':
      return pendingVersionOf(world, consumer)?.value;
    case 'the token of before, and its hash': {
      const key = tokenKeyOf(world, consumer);
      const { [key]: token, rotation } = older;
      if (content.rotation === undefined || rotation === undefined) return undefined;
      return JSON.stringify({
        ...content,
        [key]: token,
        rotation: { ...content.rotation, tokenHash: rotation.tokenHash },
      });
    }
    case 'the ledger of before': {
      const { rotation } = older;
      if (content.rotation === undefined || rotation === undefined) return undefined;
      // A line of its own token is an attack's, and whoever writes the secret may cut a grace period short (SECURITY.md).
      const superseded = rotation.superseded.filter((entry) => entry.authorizationId !== rotation.authorizationId);
      return JSON.stringify({ ...content, rotation: { ...content.rotation, superseded } });
    }
  }
  return undefined;
}

/** For the configured owner, and for the rotator with all that it may ever need. */
async function madeByHand(world: World, consumer: string): Promise<string | undefined> {
  const { admin, influxdb } = world;
  const owner = consumer === SELF ? ROTATOR : (settingsOf(world, consumer)?.owner ?? '');
  const userID = influxdb.store.userNamed(owner)?.id;
  if (userID === undefined) return undefined;
  const permissions =
    consumer === SELF
      ? operatorPermissions((await admin.send('GET', '/api/v2/resources')) as string[])
      : [{ action: 'read', resource: { type: 'buckets', orgID: admin.orgId } }];
  const { token } = await admin.createAuthorization({ userID, description: `${HAND_MADE} ${consumer}`, permissions });
  return JSON.stringify({ [tokenKeyOf(world, consumer)]: token });
}
