import type { Configuration } from '../lambda/config/configuration.ts';
import { nameOfSecret } from '../lambda/config/secret-name.ts';

type Consumers = Configuration['consumers'];

/** A role's inline policies may have 10,240 characters in all, whatever is asked of AWS; X-Ray, for which CDK makes its own, takes 200. */
const ROOM_IN_ROLE = 10_000;
/** More is not taken, so that the policies of small deployments stay as they were. */
const MOST_IN_ROLE = 8000;
/** A managed policy may have 6,144 characters, whatever is asked of AWS. The rest of its statements needs less than 500. */
const ROOM_IN_MANAGED_POLICY = 5640;
/** So many managed policies a role may have, unless AWS is asked for more. */
export const MANAGED_POLICIES = 10;
/** The longest text that surrounds a secret's name in a policy. */
const AROUND_NAME = '"arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:-??????",'.length;

/** Which policy of the function's role names the secrets of which consumers, one by one. */
export interface ByPolicy {
  readonly inRole: Consumers;
  /** Those for which the role has no room: the consumers of each managed policy. */
  readonly managed: readonly Consumers[];
}

/**
 * Fills the role first, in the order of the consumers, then one managed policy after the other.
 * @param taken characters of the role that are about other things.
 */
export function byPolicy(consumers: Consumers, taken: number): ByPolicy {
  // The role names a secret that may be created four times: in two statements, with and without the suffix.
  const [inRole = [], ...beyond] = fill(consumers, Math.min(MOST_IN_ROLE, ROOM_IN_ROLE - taken), 4);
  // A managed policy has both rights in one statement.
  return { inRole, managed: fill(beyond.flat(), ROOM_IN_MANAGED_POLICY, 2) };
}

function fill(consumers: Consumers, room: number, mentionsOfCreated: number): Consumers[] {
  const parts: Consumers[number][][] = [];
  let left = 0;
  for (const consumer of consumers) {
    const mentions = consumer.createSecret ? mentionsOfCreated : 1;
    const length = mentions * (nameOfSecret(consumer.secret).length + AROUND_NAME);
    if (length > left) {
      parts.push([]);
      left = room;
    }
    parts.at(-1)?.push(consumer);
    left -= length;
  }
  return parts;
}
