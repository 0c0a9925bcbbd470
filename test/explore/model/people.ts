import type { World } from '../../../simulation/world.ts';
import type { Act } from './acts.ts';
import { actOnSecret, actOnToken, attack, findToken, moveLabel, putByHand } from './hands.ts';
import { currentRowOf, HOLDERS, type Holder } from './look.ts';
import { actOnOwner, deleteBucket, makeBucketAnew, pruneVersions } from './servers.ts';

/** What was done to whom, in the words of the acts. */
export interface Deed {
  readonly to: readonly Holder[];
  readonly deed: string;
}

export type ByHand = Extract<
  Act,
  { kind: 'token' | 'label' | 'put' | 'secret' | 'attack' | 'owner' | 'bucket' | 'prune' | 'hash' }
>;

/** @returns undefined where there was nothing to do it to. */
export async function actByHand(world: World, act: ByHand): Promise<Deed | undefined> {
  const to = 'consumer' in act ? [act.consumer] : HOLDERS;
  const done = (happened: boolean, deed: string, whom: readonly Holder[] = to) =>
    happened ? { to: whom, deed } : undefined;
  switch (act.kind) {
    case 'token': {
      const id = findToken(world, act);
      // One consumer's token may be in the other's secret.
      const readers = HOLDERS.filter((name) => name === act.consumer || currentRowOf(world, name)?.id === id);
      return done(await actOnToken(world, id, act.deed), act.deed, readers);
    }
    case 'label':
      return done(await moveLabel(world, act), act.kind);
    case 'put':
      return done(await putByHand(world, act), act.value);
    case 'secret':
      return done(await actOnSecret(world, act), act.deed);
    case 'attack':
      return done(await attack(world, act), act.attack);
    case 'owner': {
      const owner = world.configuration.consumers.find(({ name }) => name === act.consumer)?.owner;
      return done(owner !== undefined && (await actOnOwner(world, owner, act.deed)), `${act.deed} an owner`, HOLDERS);
    }
    case 'bucket':
      return act.deed === 'delete'
        ? done(await deleteBucket(world), 'delete the bucket')
        : done(await makeBucketAnew(world), 'make the bucket anew');
    case 'prune':
      return done(pruneVersions(world, act.consumer), act.kind);
    case 'hash':
      world.influxdb.store.hashTokens();
      return done(true, act.kind);
  }
}
