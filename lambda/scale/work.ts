import type { ConsumerFile } from '../config/file/schema.ts';
import type { RunReport } from '../engine/report/report.ts';
import { CodedError } from '../log/coded-error.ts';
import type { Objects } from './objects.ts';

/** What the planner decided about one run. */
export interface Plan {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly consumers: number;
  readonly batches: number;
}

/** What a batch's secrets hold: each consumer with its value, as `holdingOf` tells values apart. */
export type Holdings = readonly (readonly [consumer: string, value: string])[];

/** Of a batch: its report, without the consumers that nobody has to look at. */
export interface Result {
  readonly consumers: number;
  readonly report: RunReport;
}

/** Something that an earlier state left is not there, or not understood. */
export class WorkMissingError extends CodedError {
  override readonly name = 'WorkMissingError';
  override readonly code = 'BATCH_LOST';
}

/** What the functions of one run leave for each other in S3: no token, and no secret's value. */
export class Work {
  readonly #objects: Objects;
  readonly #bucket: string;
  readonly #folder: string;

  constructor(objects: Objects, bucket: string, execution: string) {
    this.#objects = objects;
    this.#bucket = bucket;
    this.#folder = `runs/${execution}/`;
  }

  /** Writes the batches, and last what the map reads: one item for each. */
  async writePlan(plan: Plan, batches: readonly (readonly ConsumerFile[])[]): Promise<void> {
    for (const [batch, consumers] of batches.entries()) await this.#write(batchKey(batch), consumers);
    await this.#write(PLAN, plan);
    await this.#write(
      'batches.json',
      batches.map((_, batch) => ({ batch })),
    );
  }

  readPlan(): Promise<Plan> {
    return this.#read<Plan>(PLAN);
  }

  readBatch(batch: number): Promise<readonly ConsumerFile[]> {
    return this.#read(batchKey(batch));
  }

  writeHoldings(batch: number, holdings: Holdings): Promise<void> {
    return this.#write(holdingsKey(batch), holdings);
  }

  readHoldings(batch: number): Promise<Holdings> {
    return this.#read(holdingsKey(batch));
  }

  writeResult(batch: number, result: Result): Promise<void> {
    return this.#write(resultKey(batch), result);
  }

  /** Undefined where the batch left none. */
  async readResult(batch: number): Promise<Result | undefined> {
    const found = await this.#objects.read(this.#bucket, `${this.#folder}${resultKey(batch)}`);
    return found && (JSON.parse(found.text) as Result);
  }

  /** @returns where it is. */
  async writeReport(report: RunReport): Promise<string> {
    await this.#write(REPORT, report);
    return `s3://${this.#bucket}/${this.#folder}${REPORT}`;
  }

  async #write(name: string, content: unknown): Promise<void> {
    await this.#objects.write(this.#bucket, `${this.#folder}${name}`, JSON.stringify(content));
  }

  async #read<T>(name: string): Promise<T> {
    const key = `${this.#folder}${name}`;
    const found = await this.#objects.read(this.#bucket, key);
    if (found !== undefined) return JSON.parse(found.text) as T;
    throw new WorkMissingError(
      `s3://${this.#bucket}/${key} is missing, which an earlier state of this execution wrote: start the state machine again`,
    );
  }
}

const PLAN = 'plan.json';
const REPORT = 'report.json';

function batchKey(batch: number): string {
  return `batch-${batch}.json`;
}

function holdingsKey(batch: number): string {
  return `holdings-${batch}.json`;
}

function resultKey(batch: number): string {
  return `result-${batch}.json`;
}
