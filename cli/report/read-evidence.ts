import pLimit from 'p-limit';
import { firstIn } from '../../lambda/evidence/file-name.ts';
import { hashOf, linesIn, NOTHING_BEFORE } from '../../lambda/evidence/link.ts';
import { EvidenceRecord } from '../../lambda/evidence/record.ts';
import type { EvidenceStore } from '../../lambda/evidence/store.ts';
import type { ReadRecord } from './material.ts';
import type { ReportSources } from './model.ts';

/** Files are small, and a bucket answers each after the same time. */
const SIDE_BY_SIDE = 16;

/** More would say the same: what follows a broken place is broken, too. */
const MOST_PROBLEMS = 20;

export interface ReadEvidence {
  readonly records: readonly ReadRecord[];
  readonly source: NonNullable<ReportSources['evidence']>;
}

interface Period {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads the whole chain, and looks at each link: what is in the report is then what was written. Only what is needed of it
 * is kept.
 */
export async function readEvidence(store: EvidenceStore, period: Period): Promise<ReadEvidence> {
  const names = (await store.list()).toReversed();
  const limit = pLimit(SIDE_BY_SIDE);
  const texts = names.map((name) => limit(() => store.read(name)));
  const reading = new Reading(period);
  for (const [index, name] of names.entries()) reading.add(name, (await texts[index]) ?? '');
  const { records, head, problems, count } = reading;
  return {
    records,
    source: {
      ...{ place: store.place, files: names.length, records: count },
      ...(head !== undefined && { head }),
      isVerified: problems.length === 0,
      problems: problems.slice(0, MOST_PROBLEMS),
    },
  };
}

class Reading {
  readonly problems: string[] = [];
  /** How many records are of the period. */
  count = 0;
  head: { number: number; hash: string; at: string } | undefined;
  readonly #period: Period;
  #previous = NOTHING_BEFORE;
  #number = 0;
  readonly #kept: ReadRecord[] = [];
  #lastList: ReadRecord[] = [];

  constructor(period: Period) {
    this.#period = period;
  }

  get records(): ReadRecord[] {
    return [...this.#lastList, ...this.#kept].sort((one, other) => one.record.number - other.record.number);
  }

  add(file: string, text: string): void {
    const lines = linesIn(text);
    if (firstIn(file) !== this.#number + 1)
      this.problems.push(`${file} begins with another record than ${this.#number + 1}, which is the next one`);
    for (const line of lines) this.#addLine(file, line);
  }

  #addLine(file: string, line: string): void {
    const hash = hashOf(line);
    const record = recordIn(line);
    if (record === undefined)
      this.problems.push(`${file} has a line after record ${this.#number} that is no record of this version`);
    else {
      if (record.number !== this.#number + 1 || record.previous !== this.#previous)
        this.problems.push(`record ${record.number} in ${file} does not follow from the one before it`);
      this.#number = record.number;
      this.head = { number: record.number, hash, at: record.at };
      this.#keep({ record, hash, file });
    }
    this.#previous = hash;
  }

  /** All but what is after the period, and of the long daily lists before it the last one. */
  #keep(read: ReadRecord): void {
    const { from, to } = this.#period;
    const { at, kind, runId } = read.record;
    if (Date.parse(at) >= to) return;
    if (Date.parse(at) >= from) this.count += 1;
    else if (kind === 'census') {
      if (this.#lastList[0]?.record.runId !== runId) this.#lastList = [];
      this.#lastList.push(read);
      return;
    }
    this.#kept.push(read);
  }
}

function recordIn(line: string): EvidenceRecord | undefined {
  try {
    return EvidenceRecord.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
