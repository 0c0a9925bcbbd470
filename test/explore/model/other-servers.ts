import type { Snapshot } from '../../../local/influxdb/store.ts';
import type { World } from '../../../simulation/world.ts';
import { HOUR } from '../../builders/a-configuration.ts';
import { arm, type Fault } from '../faults/faults.ts';
import type { Act } from './acts.ts';
import { contentOf, currentVersionOf, isDeleted, markedRowsOf, NAMES, orgIdOf } from './look.ts';
import type { Parts, Runs } from './runs.ts';
import { answerInstead } from './servers.ts';

/** T3: where a document of its consumer's own names the right org, nothing is made or replaced on a fresh server. */
export async function onFreshServer(
  { scene, oracle, note }: Parts,
  { runs, fault }: Extract<Act, { kind: 'other server' }>,
): Promise<void> {
  const { world } = scene;
  const wanted = world.configuration.consumers.filter(({ retired }) => !retired);
  const isServed = ({ name }: { readonly name: string }) => currentIdOf(world, name) !== undefined;
  // Under a fault, one of them may not be read.
  if (fault === undefined ? !wanted.some(isServed) : wanted.length === 0 || !wanted.every(isServed)) return;
  const goBack = answerInstead(world);
  const rows = JSON.stringify(world.influxdb.store.authorizations());
  const versions = NAMES.map((name) => currentVersionOf(world, name)?.id);
  for (let run = 1; run <= runs; run += 1) {
    world.clock.advance(HOUR);
    const report = await runUnder(scene, run === fault?.run ? [fault.fault] : []);
    note(`  ${report.errors.map(({ message }) => message).join()}`);
  }
  if (JSON.stringify(world.influxdb.store.authorizations()) !== rows)
    oracle.violations.push('T3: a token was made or changed on another server');
  goBack();
  if (NAMES.some((name, index) => currentVersionOf(world, name)?.id !== versions[index]))
    oracle.violations.push('T3: a token was replaced because another server answered');
}

async function runUnder(scene: Parts['scene'], faults: readonly Fault[]): ReturnType<Parts['scene']['run']> {
  const { influxdb, secretsManager } = scene.world;
  for (const server of [influxdb, secretsManager]) server.calls.length = 0;
  const armed = arm(scene, faults, () => {});
  const report = await scene.run();
  await armed.over();
  return report;
}

/**
 * Some runs see the server as it was, for example because its name leads to a copy. No run can tell, so the copy's rows
 * are judged like the server's. T3: who misses a token there gets no new one, if more miss theirs than `limit`.
 */
export async function onStaleServer(
  { scene, oracle }: Parts,
  { runs, limit }: Extract<Act, { kind: 'stale server' }>,
  {
    stale,
    runsJudgedBy,
  }: { readonly stale: Snapshot; readonly runsJudgedBy: (there: Parts['oracle'], look: () => void) => Runs },
): Promise<void> {
  const { world } = scene;
  const { store } = world.influxdb;
  const right = { mode: store.mode, tables: store.tables };
  const before = world.configuration;
  world.configuration = { ...before, limits: { ...before.limits, maxMissingPerRun: limit } };
  store.restore(stale);
  const there = oracle.elsewhere();
  /** What consumers read changes for the right server, too. */
  const look = () => {
    there.look();
    const { tables } = store;
    store.tables = right.tables;
    oracle.accept();
    store.tables = tables;
  };
  for (let run = 1; run <= runs && there.violations.length === 0; run += 1) {
    world.clock.advance(HOUR);
    const missing = missingIn(world);
    const rows = new Set(store.tables.authorizations.keys());
    await runsJudgedBy(there, look).one();
    const made = missing.filter((name) => markedRowsOf(world, name).some(({ row }) => !rows.has(row.id)));
    if (missing.length > limit && made.length > 0)
      oracle.violations.push(`T3: ${made.join()} got a new token, though ${missing.length} miss theirs at once`);
  }
  oracle.violations.push(...there.violations);
  store.restore(right);
  world.configuration = before;
  oracle.skipEvidence();
  oracle.accept();
}

/** The consumers whose documents name an authorization that this server does not have. */
function missingIn(world: World): string[] {
  const { tables } = world.influxdb.store;
  return world.configuration.consumers.flatMap(({ name, retired }) => {
    const id = retired ? undefined : currentIdOf(world, name);
    return id === undefined || tables.authorizations.has(id) ? [] : name;
  });
}

/** What the document names that we wrote for this consumer, in the org that is configured. */
function currentIdOf(world: World, name: string): string | undefined {
  const version = currentVersionOf(world, name);
  const { rotation } = contentOf(version);
  const isOwn = rotation?.id === version?.id && rotation?.consumer === name && rotation.orgId === orgIdOf(world);
  return isOwn && !isDeleted(world, name) ? rotation?.authorizationId : undefined;
}
