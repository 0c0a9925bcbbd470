import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deed, Token } from '../../lambda/evidence/deed.ts';
import { type Head, hashOf, linesIn, linked, NOTHING_BEFORE } from '../../lambda/evidence/link.ts';
import type {
  CensusEntry,
  ConsumerRecord,
  EvidenceRecord,
  IntentRecord,
  Unlinked,
} from '../../lambda/evidence/record.ts';
import { DAY, HOUR, MINUTE } from './a-configuration.ts';

/** What a year of a deployment leaves, made up: a chain that is right, of records that agree with each other. */
export interface Evidence {
  readonly deployment: string;
  /** In the order in which they were written: the name of each file, and its text. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly records: readonly EvidenceRecord[];
  /** The hash of each record's line, in order. */
  readonly hashes: readonly string[];
}

export interface EvidenceOptions {
  readonly deployment?: string;
  readonly consumers?: number;
  readonly days?: number;
  /** When it begins: the first tokens are made in its first days. */
  readonly from?: number;
  /** Whether some of it goes wrong: failures, a leaked token, exceptions, unmanaged tokens, records written later. */
  readonly isTroubled?: boolean;
  /** Added to the texts of other people: reasons, names of owners. */
  readonly text?: string;
}

const ROTATE_EVERY = 30 * DAY;
const TOOL = '0.1.0';

/** What one run wrote. */
interface Write {
  readonly at: number;
  readonly asked: { readonly action: string; readonly reason?: string; readonly by?: string };
  readonly records: readonly (Unlinked<ConsumerRecord> | Unlinked<IntentRecord>)[];
}

interface Life {
  readonly id: string;
  readonly mintedAt: number;
  supersededAt?: number;
  offAt?: number;
  deletedAt?: number;
}

interface Story {
  readonly name: string;
  readonly lives: Life[];
  readonly writes: Write[];
  readonly failures: { readonly code: string; readonly from: number; readonly until?: number }[];
  readonly exception?: CensusEntry['exception'];
  /** From then on its applications have no token. */
  readonly brokenFrom?: number;
}

export function anEvidence(options: EvidenceOptions = {}): Evidence {
  const { deployment = 'prod', consumers = 3, days = 365, from = Date.UTC(2025, 10, 1), text = '' } = options;
  const isTroubled = options.isTroubled ?? true;
  const end = from + days * DAY;
  const stories = Array.from({ length: consumers }, (_, index) => storyOf(index, { from, end, isTroubled, text }));
  const writes = mergeRuns(stories.flatMap((story) => story.writes));
  const all: { at: number; records: readonly Unlinked[] }[] = writes.map((write) => ({
    at: write.at,
    records: isForewarning(write) ? write.records : [...write.records, runOf(write)],
  }));
  for (let at = from + 6 * HOUR; at < end; at += DAY)
    all.push({ at: at + 2 * MINUTE, records: censusOf(stories, at, isTroubled, text) });
  all.sort((one, other) => one.at - other.at);
  return chained(deployment, all);
}

/** Before a run deletes something at once, it writes down that it will. */
function isForewarning({ records }: Write): boolean {
  return records.every(({ kind }) => kind === 'intent');
}

/** As the store for a folder keeps it. */
export function writeEvidence(folder: string, { deployment, files }: Evidence): void {
  mkdirSync(join(folder, deployment), { recursive: true });
  for (const { name, text } of files) writeFileSync(join(folder, deployment, name), text);
}

/** Links the records of each write to what was written before it. */
export function chained(
  deployment: string,
  writes: readonly { readonly at: number; readonly records: readonly Unlinked[] }[],
): Evidence {
  let head: Head = { number: 0, hash: NOTHING_BEFORE };
  const files = writes.map(({ at, records }, index) => {
    const runId = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    const { text, written } = linked(records, head, { deployment, runId, at: iso(at) });
    head = { number: written.last, hash: written.hash };
    return { name: written.file, text };
  });
  const lines = files.flatMap(({ text }) => linesIn(text));
  return { deployment, files, records: lines.map((line) => JSON.parse(line)), hashes: lines.map(hashOf) };
}

interface Course {
  readonly from: number;
  readonly end: number;
  readonly isTroubled: boolean;
  readonly text: string;
}

function storyOf(index: number, { from, end, isTroubled, text }: Course): Story {
  const name = `app-${String(index).padStart(3, '0')}`;
  const is = (of: number, remainder: number) => isTroubled && index % of === remainder;
  const story: Story = {
    name,
    lives: [],
    writes: [],
    failures: [],
    ...(is(25, 7) && { exception: exceptionUntil(end + 20 * DAY, text) }),
    ...(is(50, 13) && { exception: exceptionUntil(end - 20 * DAY, text) }),
    ...(is(50, 49) && { brokenFrom: end - 5 * DAY }),
  };
  const exemptFrom = story.exception === undefined ? Number.POSITIVE_INFINITY : end - 60 * DAY;
  const stopsAt = is(50, 48) || is(50, 49) ? end - 5 * DAY : end;
  let at = from + (index % 24) * HOUR + 5 * MINUTE;
  for (let turn = 0; at < exemptFrom; turn += 1) {
    if (is(10, 3) && turn === 3) at = fail(story, at, 3 * DAY);
    if (at >= stopsAt) break;
    const isLeaked = is(50, 11) && turn === 5;
    rotate(story, {
      at: isLeaked ? at - 10 * DAY : at,
      end,
      turn,
      isLeaked,
      isReconstructed: is(10, 5) && turn === 4,
      text,
    });
    at = (story.lives.at(-1)?.mintedAt ?? at) + ROTATE_EVERY + (turn % 3) * HOUR;
  }
  if (is(50, 48)) fail(story, end - 5 * DAY, undefined);
  return story;
}

function exceptionUntil(until: number, text: string): CensusEntry['exception'] {
  return { reason: `the plant does not stop before then${text}`, approvedBy: 'K. Sommer', until: iso(until) };
}

/** @returns when it works again. */
function fail(story: Story, at: number, lasts: number | undefined): number {
  const code = 'INFLUXDB_UNREACHABLE';
  const until = lasts === undefined ? undefined : at + lasts;
  story.failures.push({ code, from: at, ...(until !== undefined && { until }) });
  return until ?? at;
}

interface Turn {
  readonly at: number;
  readonly end: number;
  readonly turn: number;
  readonly isLeaked: boolean;
  readonly isReconstructed: boolean;
  readonly text: string;
}

function rotate(story: Story, { at, end, turn, isLeaked, isReconstructed, text }: Turn): void {
  const { lives, name } = story;
  const before = lives.at(-1);
  const id = `0${createHash('sha256').update(`${name} ${turn}`).digest('hex').slice(0, 15)}`;
  const versionId = `${id.slice(0, 8)}-1111-4222-8333-444444444444`;
  lives.push({ id, mintedAt: at });
  if (before !== undefined) before.supersededAt = at;
  const deeds: Deed[] = [
    { what: 'minted', at: iso(at), authorizationId: id, userId: '0a1b2c3d4e5f6071', granted: grantedTo(name) },
    { what: 'stored', at: iso(at + 1000), authorizationId: id, versionId, awsRequestId: `request-of-${id}` },
    { what: 'activated', at: iso(at + 1500), authorizationId: id },
    { what: 'verified', at: iso(at + 2000), authorizationId: id, probes: grantedTo(name).map(probe) },
    { what: 'promoted', at: iso(at + 3000), authorizationId: id, versionId, awsRequestId: `promotion-of-${id}` },
  ];
  const asked = isLeaked
    ? { action: 'rotate', reason: `it was in a ticket${text}`, by: 'K. Sommer' }
    : { action: 'run' };
  if (before === undefined) {
    story.writes.push({ at, asked, records: [consumerRecord(story, at, 'FIRST_TOKEN', deeds)] });
    return;
  }
  if (isLeaked) {
    const end = ending(before, at + 10_000, 'COMPROMISED');
    const noted: Deed = { what: 'noted-compromised', at: iso(at - 1000), authorizationId: before.id };
    story.writes.push({ at: at - 500, asked, records: [intentOf(name, before.id, at, 'COMPROMISED')] });
    story.writes.push({
      at,
      asked,
      records: [consumerRecord(story, at, 'CURRENT_COMPROMISED', [noted, ...deeds, ...end])],
    });
    return;
  }
  story.writes.push({ at, asked, records: [consumerRecord(story, at, 'DUE', deeds)] });
  endInTime(story, before, { at, end, isReconstructed });
}

/** Switched off after a day, and deleted after one more. */
function endInTime(
  story: Story,
  before: Life,
  { at, end, isReconstructed }: Pick<Turn, 'at' | 'end' | 'isReconstructed'>,
): void {
  const offAt = at + DAY + 30 * MINUTE;
  if (offAt >= end) return;
  before.offAt = offAt;
  const off: Deed = { what: 'switched-off', at: iso(offAt), authorizationId: before.id, reasonCode: 'GRACE_OVER' };
  const asked = { action: 'run' };
  story.writes.push({
    at: offAt,
    asked,
    records: [
      consumerRecord(story, offAt, 'GRACE_OVER', [off]),
      intentOf(story.name, before.id, offAt + DAY, 'GRACE_OVER'),
    ],
  });
  const deletedAt = offAt + DAY + HOUR;
  if (deletedAt >= end) return;
  const deeds = ending(before, deletedAt, 'HOLD_OVER');
  const [deletion] = deeds;
  const found: Deed[] = [
    {
      what: 'deleted',
      authorizationId: before.id,
      between: [iso(deletedAt - HOUR), iso(deletedAt + HOUR)],
      reasonCode: 'HOLD_OVER',
      reconstructed: true,
    },
    {
      what: 'not-refused',
      authorizationId: before.id,
      reason: 'the run that deleted it ended before it could ask',
      reconstructed: true,
    },
  ];
  const told = isReconstructed ? found : deeds;
  const writtenAt = isReconstructed ? deletedAt + HOUR : deletedAt;
  if (writtenAt < end && deletion !== undefined)
    story.writes.push({ at: writtenAt, asked, records: [consumerRecord(story, writtenAt, 'HOLD_OVER', told)] });
}

function ending(life: Life, at: number, reasonCode: string): Deed[] {
  life.offAt ??= at;
  life.deletedAt = at;
  const authorizationId = life.id;
  return [
    { what: 'deleted', at: iso(at), authorizationId, found: 'inactive', reasonCode },
    { what: 'refused', at: iso(at + 2000), authorizationId, status: 401 },
  ];
}

function intentOf(
  consumer: string,
  authorizationId: string,
  notBefore: number,
  reasonCode: string,
): Unlinked<IntentRecord> {
  return {
    kind: 'intent',
    ...{ consumer, authorizationId, notBefore: iso(notBefore), reasonCode },
    reason: 'it was replaced, and its time to be kept is over then',
  };
}

function consumerRecord(story: Story, at: number, code: string, deeds: readonly Deed[]): Unlinked<ConsumerRecord> {
  return {
    kind: 'consumer',
    consumer: story.name,
    secret: secretOf(story.name),
    secretArn: `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${secretOf(story.name)}-AbCdEf`,
    state: 'acting',
    why: { code, reason: `because of ${code}` },
    access: 'works',
    deeds: [...deeds],
    tokens: tokensAt(story, at + MINUTE),
  };
}

function tokensAt({ lives }: Story, at: number): Token[] {
  return lives
    .filter(({ mintedAt, deletedAt = Number.POSITIVE_INFINITY }) => mintedAt <= at && deletedAt > at)
    .map(({ id, mintedAt, supersededAt, offAt }) => {
      const isOld = supersededAt !== undefined && supersededAt <= at;
      const isOff = offAt !== undefined && offAt <= at;
      return {
        authorizationId: id,
        role: isOld ? ('superseded' as const) : ('current' as const),
        status: isOff ? ('inactive' as const) : ('active' as const),
        mintedAt: iso(mintedAt),
        overdueAt: iso(mintedAt + 35 * DAY),
        ...(isOld && { supersededAt: iso(supersededAt), endsAt: iso(isOff ? offAt + DAY : supersededAt + DAY) }),
        ...(isOff && { inactiveSince: iso(offAt) }),
      };
    });
}

function runOf({ at, asked, records }: Write): Unlinked {
  return {
    kind: 'run',
    asked,
    startedAt: iso(at - MINUTE),
    durationMs: MINUTE,
    tool: TOOL,
    configurationHash: `sha256:${'c'.repeat(64)}`,
    counts: {},
    errors: [],
    records: records.length,
  };
}

const PAGE = 500;

function censusOf(stories: readonly Story[], at: number, isTroubled: boolean, text: string): Unlinked[] {
  const entries = stories.map((story) => entryOf(story, at, text));
  const pages = Math.max(1, Math.ceil(entries.length / PAGE));
  return Array.from({ length: pages }, (_, index) => ({
    kind: 'census',
    tool: TOOL,
    configurationHash: `sha256:${'c'.repeat(64)}`,
    page: index + 1,
    pages,
    entries: entries.slice(index * PAGE, (index + 1) * PAGE),
    ...(index === 0 && {
      unmanaged: isTroubled
        ? { count: 2, authorizationIds: ['0bad000000000001', '0bad000000000002'], shared: sharedIn(stories) }
        : { count: 0, authorizationIds: [], shared: [] },
    }),
  }));
}

function sharedIn([first, second]: readonly Story[]): string[][] {
  return first === undefined || second === undefined ? [] : [[first.name, second.name]];
}

function entryOf(story: Story, at: number, text: string): CensusEntry {
  const tokens = tokensAt(story, at);
  const current = tokens.find(({ role }) => role === 'current');
  const since = at - DAY;
  const failures = story.failures.filter((each) => each.from <= at && (each.until ?? at) >= since);
  const isFailing = failures.some(({ until }) => until === undefined || until > at);
  const isBroken = story.brokenFrom !== undefined && story.brokenFrom <= at;
  const mintedAt = current?.mintedAt === undefined ? undefined : Date.parse(current.mintedAt);
  const next = (mintedAt ?? at) + ROTATE_EVERY;
  return {
    consumer: story.name,
    secret: secretOf(story.name),
    owner: `svc-${story.name}${text}`,
    reach: ['read telemetry', 'write telemetry'],
    rotation: 'schedule',
    ...{ rotateEveryMs: ROTATE_EVERY, maxTokenAgeMs: 35 * DAY, gracePeriodMs: DAY },
    ...stateOf({ isFailing, isBroken, hasToken: mintedAt !== undefined }),
    tokens,
    ...(mintedAt !== undefined && { nextRotationAt: iso(next) }),
    ...(story.exception !== undefined && { exception: story.exception }),
    proofs:
      mintedAt === undefined || isFailing || isBroken
        ? { count: 0 }
        : { count: 1, first: iso(at - 5 * HOUR), last: iso(at - 5 * HOUR) },
    ...(failures.length > 0 && {
      failures: failures.map(({ code, from, until }) => ({
        code,
        from: iso(from),
        ...(until !== undefined && until <= at && { until: iso(until) }),
      })),
    }),
  };
}

interface Signs {
  readonly isFailing: boolean;
  readonly isBroken: boolean;
  readonly hasToken: boolean;
}

function stateOf({ isFailing, isBroken, hasToken }: Signs): Pick<CensusEntry, 'state' | 'code' | 'access'> {
  if (isBroken) return { state: 'blocked', code: 'SWITCHED_OFF_BY_HAND', access: 'none' };
  if (isFailing) return { state: 'failed', code: 'NOT_PLANNED', access: hasToken ? 'works' : 'unknown' };
  if (!hasToken) return { state: 'waiting', code: 'FIRST_TOKEN', access: 'unknown' };
  return { state: 'idle', code: 'NEXT_ROTATION', access: 'works' };
}

function secretOf(consumer: string): string {
  return `influxdb/acme/${consumer}`;
}

function grantedTo(consumer: string): string[] {
  const bucket = createHash('sha256').update(consumer).digest('hex').slice(0, 16);
  return [`read:buckets/${bucket}`, `write:buckets/${bucket}`];
}

function probe(right: string): { right: string; answer: string } {
  return { right, answer: right.startsWith('read') ? '200' : '204' };
}

/** One run works for all consumers that have something to do in its minute. */
function mergeRuns(writes: readonly Write[]): Write[] {
  const byRun = new Map<string, Write>();
  for (const write of [...writes].sort((one, other) => one.at - other.at)) {
    const key = `${write.at} ${JSON.stringify(write.asked)}`;
    const known = byRun.get(key);
    byRun.set(key, known === undefined ? write : { ...known, records: [...known.records, ...write.records] });
  }
  return [...byRun.values()];
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
