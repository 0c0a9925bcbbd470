import { readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, totalmem } from 'node:os';
import type { Figure } from './figure.ts';

const FILE = 'bench/measured.json';

/** What one part of the bench measured, and where. */
export interface MeasuredPart {
  /** A day in UTC. */
  readonly date: string;
  readonly machine: string;
  /** Of the processors, while it was measured; as many as there are processors, and they had nothing left. */
  readonly load: number;
  readonly figures: readonly Figure[];
}

/** The last figures of each part, by its name. */
export type MeasuredParts = Readonly<Record<string, MeasuredPart>>;

export function lastMeasured(): MeasuredParts {
  // JSON has no figure without end.
  return JSON.parse(readFileSync(FILE, 'utf8'), (_key, value) => value ?? Number.POSITIVE_INFINITY);
}

/** Keeps what was measured of some parts, beside what is known of the others. */
export function keep(measured: MeasuredParts): void {
  writeFileSync(FILE, `${JSON.stringify({ ...lastMeasured(), ...measured }, undefined, 2)}\n`);
}

export function measuredNow(figures: readonly Figure[]): MeasuredPart {
  const processors = cpus();
  const gb = Math.round(totalmem() / 2 ** 30);
  const machine = `${processors.length} × ${processors[0]?.model.trim() || arch()}, ${gb} GB, Node ${process.versions.node}`;
  const [load = 0] = loadavg();
  return { date: new Date().toISOString().slice(0, 10), machine, load: Math.round(10 * load) / 10, figures };
}
