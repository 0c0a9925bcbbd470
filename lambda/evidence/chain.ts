import { CallError } from '../calls/call-error.ts';
import type { Clock } from '../calls/clock.ts';
import type { Log } from '../log/log.ts';
import { ContendedEvidenceError, UnreadableEvidenceError } from './chain-error.ts';
import { firstIn } from './file-name.ts';
import {
  type Head,
  hashOf,
  type LinkedFile,
  linesIn,
  linked,
  NOTHING_BEFORE,
  type Origin,
  type Written,
} from './link.ts';
import { EvidenceRecord, type Unlinked } from './record.ts';
import type { EvidenceStore } from './store.ts';

export interface ChainOptions {
  readonly store: EvidenceStore;
  readonly deployment: string;
  readonly runId: string;
  readonly clock: Clock;
  /** Is told of each file, and so is the anchor: who may write the files has no right to change what was logged. */
  readonly log: Log;
}

/** How often others may be faster. Each time they are, one of them has added its records. */
const TRIES = 10;

/** As many files as a few days of hourly runs at work leave. */
const RECENT = 50;

/**
 * The evidence of one deployment: files of records, each with the hash of the one before it (docs/evidence.md). Nothing is
 * ever changed in it. A file is added on the condition that there is none of its name, and the name follows from the
 * number of the first record: so of two runs that begin from the same head, one has to begin anew.
 */
export class Chain {
  readonly #options: ChainOptions;
  /** As this run left it. Another may have added to it since, which the next name that is taken tells. */
  #head: Head | undefined;

  constructor(options: ChainOptions) {
    this.#options = options;
  }

  /**
   * Adds the records as one file after all that is there.
   * @param records at least one.
   * @throws {CodedError} if they could not be added, or, after a call without an answer, if nobody knows.
   */
  async append(records: readonly Unlinked[]): Promise<Written> {
    const { store, deployment, runId, clock, log } = this.#options;
    const origin: Origin = { deployment, runId, at: new Date(clock.now()).toISOString() };
    let unanswered: LinkedFile | undefined;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const head = this.#head ?? (await readHead(store));
      this.#head = undefined;
      // It may have arrived meanwhile, and be the head itself.
      const hasArrived = unanswered !== undefined && (await isThere(store, unanswered));
      const file: LinkedFile = hasArrived && unanswered ? unanswered : linked(records, head, origin);
      // Before the call: so a file that the log does not announce was written by somebody else, whenever a run dies.
      if (!hasArrived) log('EVIDENCE_BEGUN', file.written);
      const outcome = hasArrived ? 'added' : await tryToAdd(store, file);
      if (outcome === 'added') {
        this.#head = { number: file.written.last, hash: file.written.hash };
        log('EVIDENCE_WRITTEN', file.written);
        return file.written;
      }
      if (outcome === 'unanswered') unanswered = file;
    }
    throw new ContendedEvidenceError(
      `other runs added to the evidence in ${store.place} ${TRIES} times before this one could: the next run adds what is missing`,
    );
  }

  /**
   * The latest records, in their order: those of the files from the newest one back to the first one in which a record is
   * the one that is looked for; all if none is.
   */
  async backTo(isLookedFor: (record: EvidenceRecord) => boolean): Promise<EvidenceRecord[]> {
    const { store } = this.#options;
    const files: EvidenceRecord[][] = [];
    const read = async (names: readonly string[]) => {
      for (const name of names) {
        const records = await this.#read(name);
        files.unshift(records);
        if (records.some(isLookedFor)) return true;
      }
      return false;
    };
    const recent = await store.list(RECENT);
    const [oldest = ''] = recent.slice(-1);
    if (!(await read(recent)) && recent.length === RECENT)
      // The greater the name, the older.
      await read((await store.list()).filter((name) => name > oldest));
    return files.flat();
  }

  /** All records, in their order. */
  async *all(): AsyncGenerator<EvidenceRecord> {
    for (const name of (await this.#options.store.list()).toReversed()) yield* await this.#read(name);
  }

  async #read(name: string): Promise<EvidenceRecord[]> {
    const { store } = this.#options;
    const text = await store.read(name);
    if (text === undefined) throw new UnreadableEvidenceError(`${name} in ${store.place} was there, and is gone`);
    return linesIn(text).map((line, index) => recordIn(line, `line ${index + 1} of ${name} in ${store.place}`));
  }
}

async function readHead(store: EvidenceStore): Promise<Head> {
  const [name] = await store.list(1);
  if (name === undefined) return { number: 0, hash: NOTHING_BEFORE };
  const lines = linesIn((await store.read(name)) ?? '');
  const last = lines.at(-1);
  const first = firstIn(name);
  if (last === undefined || first === undefined)
    throw new UnreadableEvidenceError(`${name} in ${store.place} has no records, so nothing can follow it`);
  return { number: first + lines.length - 1, hash: hashOf(last) };
}

async function tryToAdd(store: EvidenceStore, file: LinkedFile): Promise<'added' | 'taken' | 'unanswered'> {
  try {
    if (await store.add(file.written.file, file.text)) return 'added';
  } catch (error) {
    if (!(error instanceof CallError) || error.hadNoEffect) throw error;
    return (await isThere(store, file)) ? 'added' : 'unanswered';
  }
  // Taken by an earlier try of this run, whose answer was lost.
  return (await isThere(store, file)) ? 'added' : 'taken';
}

/** The same bytes: no two runs write the same, since each record has the run's id. */
async function isThere(store: EvidenceStore, { text, written }: LinkedFile): Promise<boolean> {
  return (await store.read(written.file)) === text;
}

function recordIn(line: string, where: string): EvidenceRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new UnreadableEvidenceError(`${where} is no JSON: verify-evidence says what was changed`);
  }
  const { success, data } = EvidenceRecord.safeParse(value);
  if (success) return data;
  const hint = 'a newer version of this program wrote it, or verify-evidence says what was changed';
  throw new UnreadableEvidenceError(`${where} is no record that this version understands: ${hint}`);
}
