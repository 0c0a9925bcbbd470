import { DeleteSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { Configuration, ConsumerSettings } from '../../../../lambda/config/configuration.ts';
import type { Permission } from '../../../../local/influxdb/permissions.ts';
import { EvidenceMemory } from '../../../../simulation/evidence-memory.ts';
import { World } from '../../../../simulation/world.ts';
import { aConfiguration, aConsumer, DAY, HOUR } from '../../../builders/a-configuration.ts';

/** What a deployment is like when the run comes whose work is counted. */
export interface Case {
  /** What becomes of the consumers; nothing where a run fails for them. */
  readonly states: readonly string[];
  readonly settings?: Partial<ConsumerSettings>;
  readonly rest?: (names: readonly string[]) => Partial<Configuration>;
  readonly tokens?: 'hashed' | 'plain';
  readonly evidence?: boolean;
  readonly initialValue?: (settings: ConsumerSettings) => string;
  /** After a first run, if there is to be one. */
  readonly after?: (world: World) => unknown;
  readonly request?: object;
}

/** A world of so many consumers, as it is when the run comes. */
export async function prepared(
  size: number,
  { settings, rest, tokens = 'hashed', initialValue = () => '{}', evidence, after }: Case,
): Promise<World> {
  const names = Array.from({ length: size }, (_, index) => `c${index}`);
  const consumers = names.map((name) => aConsumer({ name, ...settings }));
  const limits = { ...aConfiguration().limits, maxRetirementsPerRun: size, maxMissingPerRun: size };
  const configuration = aConfiguration(consumers, { limits, ...rest?.(names) });
  const memory = evidence ? new EvidenceMemory() : undefined;
  const world = await World.create({ configuration, tokens, initialValue, evidence: memory });
  if (after === undefined) return world;
  await world.run().catch(() => undefined);
  await after(world);
  return world;
}

const secretsOf = ({ configuration }: World) => configuration.consumers.map(({ secret }) => secret);

async function put(world: World, textOf: (secret: string) => string): Promise<void> {
  for (const SecretId of secretsOf(world))
    await world.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: textOf(SecretId) }));
  world.clock.advance(2 * DAY);
}

/** A token that somebody made by hand for each owner. */
function byHand({ influxdb, admin, userIds }: World): string[] {
  const permissions: Permission[] = [{ action: 'read', resource: { type: 'buckets', orgID: admin.orgId } }];
  return [...userIds.values()].map((userId) => {
    const fields = { status: 'active', description: 'by hand', orgId: admin.orgId, userId, permissions } as const;
    return influxdb.store.addAuthorization(fields).token;
  });
}

async function holdByHand(world: World): Promise<void> {
  const tokens = byHand(world);
  await put(world, () => JSON.stringify({ token: tokens.pop() }));
}

const waits = (ms: number) => (world: World) => world.clock.advance(ms);

async function replaced(world: World): Promise<void> {
  world.clock.advance(31 * DAY);
  await world.run();
}

export const CASES: Readonly<Record<string, Case>> = {
  'who get their first tokens': { states: ['acting FIRST_TOKEN'] },
  'for whom nothing is due': { states: ['idle NEXT_ROTATION'], after: waits(2 * DAY) },
  'whose tokens are tried': { states: ['idle NEXT_ROTATION'], settings: { probe: 'daily' }, after: waits(DAY) },
  'who are due': { states: ['acting DUE'], after: waits(31 * DAY) },
  'some of whom go first': {
    states: ['acting DUE', 'waiting DUE'],
    rest: (names) => ({ canaries: { consumers: names.slice(0, 2), soakMs: DAY } }),
    after: waits(31 * DAY),
  },
  'whose old tokens are switched off': {
    states: ['acting NEXT_ROTATION'],
    after: async (world) => {
      await replaced(world);
      world.clock.advance(DAY + 2 * HOUR);
    },
  },
  'whose old tokens are deleted': {
    states: ['acting NEXT_ROTATION'],
    after: async (world) => {
      await replaced(world);
      world.clock.advance(DAY + 2 * HOUR);
      await world.run();
      world.clock.advance(DAY + 2 * HOUR);
    },
  },
  'whose secrets cannot be read': { states: [], after: (world) => put(world, () => 'no JSON') },
  'whose secrets are to be deleted': {
    states: [],
    after: async (world) => {
      for (const SecretId of secretsOf(world)) await world.secrets.send(new DeleteSecretCommand({ SecretId }));
    },
  },
  'whose secrets are gone': {
    states: [],
    after: ({ secretsManager: { store } }) => {
      for (const secret of store.secrets()) if (secret.name !== 'influxdb/rotator') store.remove(secret);
    },
  },
  'who hold one token together': {
    states: ['acting FIRST_TOKEN'],
    after: (world) => put(world, () => JSON.stringify({ token: 'shared-by-all' })),
  },
  'who hold tokens made by hand': { states: ['acting FIRST_TOKEN'], after: holdByHand },
  'who adopt tokens made by hand': { states: ['acting FIRST_TOKEN'], settings: { adopt: 'auto' }, after: holdByHand },
  'who adopt tokens that the server shows': {
    states: ['acting FIRST_TOKEN'],
    settings: { adopt: 'auto' },
    tokens: 'plain',
    after: holdByHand,
  },
  'whose tokens are missing': {
    states: ['acting MISSING'],
    after: ({ influxdb: { store }, rotatorId }) => {
      const { authorizations } = store.tables;
      for (const row of authorizations.values()) if (row.description.includes('/c')) authorizations.delete(row.id);
      return rotatorId;
    },
  },
  'who are configured no more': {
    states: ['idle NEXT_ROTATION'],
    after: (world) => {
      const [first = aConsumer()] = world.configuration.consumers;
      world.configuration = { ...world.configuration, consumers: [first] };
    },
  },
  'who are retired': {
    states: ['idle RETIRED'],
    after: (world) => {
      const consumers = world.configuration.consumers.map((each) => ({ ...each, retired: true }));
      world.configuration = { ...world.configuration, consumers };
    },
  },
  'whose rotations are put on record': { states: ['acting DUE'], evidence: true, after: waits(31 * DAY) },
  'whose plan is asked for': { states: ['acting DUE'], request: { action: 'plan' }, after: waits(31 * DAY) },
  'whose rights are checked': { states: ['idle NEXT_ROTATION'], request: { action: 'check' }, after: waits(2 * DAY) },
};
