import { existsSync } from 'node:fs';
import type { EvidenceSettings } from '../../lambda/config/evidence.ts';
import { placeIn } from '../evidence/store-at.ts';
import { type Rotator, UsageError } from '../function/rotator.ts';
import type { Options } from '../options.ts';
import { type Format, textOf } from '../report/format.ts';
import { gather } from '../report/gather.ts';
import { isThere, writeNew } from '../report/new-file.ts';
import { reportOf } from '../report/of-records.ts';
import { periodOf } from '../report/period.ts';
import { outcomeOf } from '../status/outcome.ts';
import { jsonLines, print, tell } from '../terminal.ts';
import { whomToAsk } from '../whom-to-ask.ts';

/** What `report` can be told. */
export interface ReportOptions extends Options {
  readonly from?: string;
  readonly to?: string;
  readonly format: Format;
  readonly json: boolean;
  readonly output?: string;
  readonly evidence?: string;
  readonly deployment?: string;
}

/** @returns the exit code: 1 if there is no report, or if it tells that the chain of records is broken. */
export async function makeReport(options: ReportOptions): Promise<number> {
  const { output, json } = options;
  const format = json ? 'json' : options.format;
  const at = Date.now();
  const period = periodOf(options, at);
  if (output !== undefined && existsSync(output)) throw isThere(output);
  const subject = await subjectOf(options);
  const askable = await askableIn(options, subject.place !== undefined);
  const material = await gather(askable, { ...period, at, ...subject });
  if ('failure' in material) {
    tell(material.failure);
    if (json) print(jsonLines(outcomeOf(undefined, material.failure, undefined, (command) => command)));
    return 1;
  }
  const report = reportOf(material);
  for (const line of report.sources.missing) tell(line);
  const text = await textOf(report, format);
  if (output === undefined) process.stdout.write(text);
  else writeNew(output, text);
  const problems = report.sources.evidence?.problems ?? [];
  for (const problem of problems) tell(`the chain of records is broken: ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

interface Subject {
  readonly place: EvidenceSettings | undefined;
  readonly deployment: string | undefined;
}

/** Where the evidence is, and whose: as typed, or as the configuration has it where that is at hand. */
async function subjectOf({ evidence, deployment, local, config }: ReportOptions): Promise<Subject> {
  const typed = evidence === undefined ? undefined : placeIn(evidence);
  if (!local || config === undefined) return { place: typed, deployment };
  const { readConfiguration } = await import('../function/in-process.ts');
  const configuration = readConfiguration(config);
  return { place: typed ?? configuration.evidence, deployment: deployment ?? configuration.deployment };
}

/** Whoever has the evidence alone needs no function. */
async function askableIn(options: ReportOptions, hasEvidence: boolean): Promise<Rotator | string> {
  try {
    return await whomToAsk(options);
  } catch (error) {
    if (!hasEvidence || !(error instanceof UsageError)) throw error;
    return error.message;
  }
}
