import { DAY_MS, parseDurationText } from '../../lambda/config/duration.ts';
import type { EvidenceSettings } from '../../lambda/config/evidence.ts';
import type { RunReport } from '../../lambda/engine/report/report.ts';
import type { Entry } from '../../lambda/evidence/entry.ts';
import { type Anchor, type Anchors, type Span, verify } from '../../lambda/evidence/verify.ts';
import type { EventCode } from '../../lambda/log/events.ts';
import { UsageError } from '../function/rotator.ts';
import type { FunctionLog } from '../log/function-log.ts';
import { ofDeployment } from '../log/past.ts';
import { readEntries } from './read-entries.ts';
import { sampleOf } from './sample.ts';
import { storeAt } from './store-at.ts';
import type { Verification } from './verification.ts';

/** What is compared with what. */
export interface Subject {
  readonly deployment: string;
  readonly place: EvidenceSettings;
  /** Noted by somebody. */
  readonly head: Anchor | undefined;
  /** How long the bucket keeps records, in milliseconds. */
  readonly retentionMs: number | undefined;
  /** Undefined where the function is not asked; then its log is not read either. */
  readonly live: RunReport | undefined;
  readonly log: FunctionLog | undefined;
  readonly sample: number;
}

/** A log of a year is read in many pages. */
const PATIENCE_MS = 10 * 60 * 1000;

export async function verifyEvidence(subject: Subject): Promise<Verification> {
  const { deployment, head, live, retentionMs } = subject;
  const beganAt = Date.now();
  const { place, entries } = await read(subject);
  const unknown: string[] = [];
  const logged = await anchorsIn(subject, unknown, {
    since: beganAt - AHEAD_MS,
    last: entries.at(-1)?.record?.number ?? 0,
  });
  const anchors = { ...logged, all: [...logged.all, ...(head === undefined ? [] : [head])] };
  if (anchors.all.length === 0) unknown.push(NO_ANCHOR);
  // A record a day is written, and S3 takes a day to remove what is over.
  const keptSince = retentionMs === undefined ? undefined : Date.now() - retentionMs + 3 * DAY_MS;
  const { fault, newer, ...verdict } = verify(entries, anchors, keptSince);
  if (newer !== undefined) unknown.push(tooNew(newer));
  const { consumers: sample, unknown: notOnRecord } = sampleOf(entries, live?.consumers ?? [], subject.sample);
  unknown.push(...(live === undefined ? [NOT_ASKED] : notOnRecord));
  const problems = [fault?.message, ...sample.map(({ problem }) => problem)].filter((each) => each !== undefined);
  return {
    ...{ deployment, place, intact: problems.length === 0, problems },
    ...(fault !== undefined && { fault }),
    records: verdict.records,
    ...(verdict.first !== undefined && { first: verdict.first }),
    ...(verdict.head !== undefined && { head: verdict.head }),
    ...{ anchored: verdict.anchored, sample, unknown },
  };
}

const NO_ANCHOR =
  'nothing was compared with an anchor, so nothing shows that the chain was not written anew, or cut off at its end: read the log of the function, or give a record that was noted, with --head NUMBER:HASH';
const NOT_ASKED =
  'the function was not asked, or could not look, so nothing was compared with the secrets and tokens as they are now';

function tooNew({ first, last }: Span): string {
  const which = first === last ? `record ${first} is` : `records ${first} to ${last} are`;
  return `${which} newer than what the log shows by now: verify again in a few minutes`;
}

async function read({
  place,
  deployment,
}: Subject): Promise<{ readonly place: string; readonly entries: readonly Entry[] }> {
  const store = await storeAt(place, deployment);
  try {
    const { entries } = await readEntries(store, deployment);
    return { place: store.place, entries };
  } finally {
    store.close();
  }
}

/**
 * All that the log has, whatever times the records say: whoever wrote these anew may have chosen them.
 * @param read what was logged since the files were read, of records after the last one, is of a run that was faster.
 */
async function anchorsIn(
  { deployment, log }: Subject,
  unknown: string[],
  read: { readonly since: number; readonly last: number },
): Promise<Anchors> {
  const readAt = read.since + AHEAD_MS;
  if (log === undefined) return { all: [], log: undefined, readAt };
  const past = await log.lookUp([BEGUN, WRITTEN], BEFORE_ALL, Date.now(), AbortSignal.timeout(PATIENCE_MS));
  if (past.problem !== undefined) unknown.push(past.problem);
  const lines = ofDeployment(past, deployment).events.flatMap(({ code, at, fields }) => {
    // Not everything that answers for CloudWatch knows how to search.
    if (code !== BEGUN && code !== WRITTEN) return [];
    const anchor = { first: Number(fields.first), last: Number(fields.last), hash: fields.hash ?? '' };
    return anchor.last > read.last && Date.parse(at) >= read.since ? [] : { code, anchor };
  });
  const all = lines.filter(({ code }) => code === WRITTEN).map(({ anchor }) => anchor);
  return { all, log: past.problem === undefined ? lines.map(({ anchor }) => anchor) : undefined, readAt };
}

const BEGUN: EventCode = 'EVIDENCE_BEGUN';
const WRITTEN: EventCode = 'EVIDENCE_WRITTEN';

/** By how much the clock here may be ahead of the function's. */
const AHEAD_MS = 30_000;

/** CloudWatch gives only later events with the latest first. */
const BEFORE_ALL = Date.UTC(2024, 0, 1);

/** @param text NUMBER:HASH. @throws {UsageError} */
export function anchorIn(text: string): Anchor {
  const [, number, hash] = /^(\d{1,12}):(sha256:[0-9a-f]{64})$/.exec(text) ?? [];
  if (hash === undefined)
    throw new UsageError(`--head ${text} is no record: write its number and its hash, as 812:sha256:0a1b…`);
  return { first: Number(number), last: Number(number), hash };
}

/** @throws {UsageError} */
export function retentionIn(text: string): number {
  const ms = parseDurationText(text);
  if (ms === undefined) throw new UsageError(`--retention ${text} is no duration: write it as 400d`);
  return ms;
}
