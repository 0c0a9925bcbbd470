import type { Report } from '../../cli/report/model.ts';
import { reportOf } from '../../cli/report/of-records.ts';
import { presentOf } from '../../cli/report/present.ts';
import { readEvidence } from '../../cli/report/read-evidence.ts';
import { parseMarker } from '../../lambda/engine/document/marker.ts';
import type { RunReport } from '../../lambda/engine/report/report.ts';
import { EvidenceMemory } from '../../simulation/evidence-memory.ts';
import { stringsIn } from '../../simulation/strings-in.ts';
import { World } from '../../simulation/world.ts';
import { aConfiguration, aConsumer, DAY, LIMITS } from '../builders/a-configuration.ts';
import { put } from '../builders/a-world.ts';

const CONSUMERS = 50;
const DAYS = 365;
/** A run every other day is enough for a year, and half the time of one a day. */
const SCHEDULE_DAYS = 2;
/** Shorter texts of a secret are others' words, which a report may have, too. */
const SHORTEST_TOKEN = 40;

export interface Year {
  readonly report: Report;
  /** What the secrets hold at the end. */
  readonly values: readonly string[];
}

/**
 * The report of a year on the embedded servers, with what goes wrong in one: for days InfluxDB
 * makes no token, one leaks, a release is rolled back, somebody edits a secret and switches a token off, and nobody knows
 * of two tokens.
 */
export async function aYear(): Promise<Year> {
  const evidence = new EvidenceMemory();
  const consumers = Array.from({ length: CONSUMERS }, (_, index) =>
    aConsumer({
      name: `app-${String(index).padStart(3, '0')}`,
      owner: `svc-${index % 7}`,
      ...{ rotateEveryMs: (index % 3 === 0 ? 30 : 60) * DAY, maxTokenAgeMs: (index % 3 === 0 ? 36 : 70) * DAY },
      ...{
        gracePeriodMs: 2 * DAY,
        holdPeriodMs: 2 * DAY,
        consumerCacheTtlMs: DAY,
        probe: 'daily',
        proof: index % 5 !== 0,
      },
      ...(index === 4 && { exception: { reason: 'the plant runs', approvedBy: 'K. Sommer', until: 2e12 } }),
    }),
  );
  const limits = { ...LIMITS, callTimeoutMs: 500 };
  const world = await World.create({
    configuration: aConfiguration(consumers, { scheduleMs: SCHEDULE_DAYS * DAY, limits }),
    evidence,
  });
  const from = world.clock.now();
  try {
    for (let day = 0; day < DAYS; day += 1) {
      await mishap(world, day);
      if (day % SCHEDULE_DAYS === 0) await world.run().catch(() => undefined);
      world.clock.advance(DAY);
    }
    return { report: await reportAt(world, evidence, from), values: valuesIn(world) };
  } finally {
    await world.close();
  }
}

/** What happens before the run of a day. */
async function mishap(world: World, day: number): Promise<void> {
  const { admin, influxdb, userIds } = world;
  const by = 'K. Sommer';
  switch (day) {
    case 100:
      await world.run({
        action: 'rotate',
        consumers: ['app-010'],
        compromised: true,
        reason: 'it was in a ticket',
        by,
      });
      break;
    case 120:
      await world.run({ action: 'rotate', consumers: ['app-011'], reason: 'a release', by });
      break;
    case 121:
      await world.run({ action: 'rollback', consumer: 'app-011', reason: 'the release is taken back', by });
      break;
    case 150:
      // From now on nothing of it can be made.
      influxdb.faults.add({
        on: ({ operation }) => operation === 'POST /api/v2/authorizations',
        times: Number.POSITIVE_INFINITY,
        status: 503,
      });
      break;
    case 154:
      influxdb.faults.clear();
      break;
    case 300: {
      const permissions = [{ action: 'read', resource: { type: 'buckets', orgID: admin.orgId } }];
      for (const description of ['the laptop of an intern', ''])
        await admin.createAuthorization({ userID: userIds.get('svc-1') ?? '', description, permissions });
      break;
    }
    case 362:
      await put(world, 'influxdb/acme/app-020', '{"token":"typed-by-hand-and-plainly-not-real"}');
      break;
    case 363:
      switchOffByHand(world, 'app-021');
  }
}

function switchOffByHand({ clock, influxdb }: World, consumer: string): void {
  const { authorizations } = influxdb.store.tables;
  const updatedAt = new Date(clock.now()).toISOString();
  for (const row of authorizations.values())
    if (parseMarker(row.description)?.consumer === consumer && row.status === 'active')
      authorizations.set(row.id, { ...row, status: 'inactive', updatedAt });
}

function valuesIn({ secretsManager }: World): string[] {
  const versions = secretsManager.store.secrets().flatMap((secret) => [...secret.versions.values()]);
  return versions.flatMap(({ value }) => stringsIn(value)).filter((text) => text.length >= SHORTEST_TOKEN);
}

async function reportAt(world: World, evidence: EvidenceMemory, from: number): Promise<Report> {
  const status: RunReport = await world.run('status');
  const { deployment, startedAt } = status;
  const to = Date.parse(startedAt);
  const { records, source } = await readEvidence(evidence, { from, to, deployment });
  return reportOf({
    ...{ deployment, at: to, from, to, records, logged: [] },
    present: presentOf(status, (command) => `influxdb-token-rotation ${command}`, undefined),
    sources: { evidence: source, status: { at: startedAt }, missing: [] },
  });
}
