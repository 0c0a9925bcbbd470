import { codeOf, logDefect, messageOf } from './calls/failure.ts';
import { fileOf, type Part } from './config/parts.ts';
import type { Place } from './config-rule/asked.ts';
import type { OpenRule } from './config-rule/open.ts';
import type { RunReport } from './engine/report/report.ts';
import type { Witness } from './engine/witness.ts';
import type { RecorderParts } from './evidence/open.ts';
import { CodedError } from './log/coded-error.ts';
import type { Log } from './log/log.ts';
import type { NewsParts } from './news/open-desk.ts';
import { LOOKS_ONLY, type Request } from './requests/request.ts';
import type { Deployed } from './scale/open.ts';
import type { Invocation } from './scale/parts.ts';

/** Whoever puts on record what is done, until it is closed. */
export interface Evidence {
  readonly recorder: Witness & { on(log: Log): Log };
  close(): void;
}

/**
 * Undefined where no evidence is kept. What only looks leaves nothing to put on record. Never throws: whatever is wrong
 * with the evidence, the rotation goes on, and says so.
 */
export async function openEvidence(action: Request['action'], parts: RecorderParts): Promise<Evidence | undefined> {
  const { evidence: settings } = parts.configuration;
  if (settings === undefined || LOOKS_ONLY.has(action)) return undefined;
  try {
    const { openRecorder } = await load('evidence', () => import('./evidence/open.ts'));
    return openRecorder(settings, parts);
  } catch (error) {
    logDefect(parts.log, error, undefined);
    parts.log('EVIDENCE_NOT_WRITTEN', { error: messageOf(error), errorCode: codeOf(error) });
    return WITHOUT;
  }
}

const WITHOUT: Evidence = {
  recorder: {
    on: (log) => log,
    prepare: () => Promise.resolve(),
    intend: () => Promise.resolve(),
    conclude: () => Promise.resolve({ result: 'failed' }),
  },
  close: () => {},
};

/** Never throws, likewise. */
export async function tellNews(report: RunReport, parts: NewsParts): Promise<void> {
  try {
    const { tellAll } = await load('news', () => import('./news/open-desk.ts'));
    await tellAll(report, parts);
  } catch (error) {
    logDefect(parts.log, error, undefined);
    parts.log('NEWS_WITHOUT_MEMORY', { reason: messageOf(error) });
  }
}

/** @throws {CodedError} if the event is not understood, or the function was deployed without what answers it. */
export async function ruleOf(event: object, place: Place): Promise<OpenRule> {
  const { openRule } = await load('config-rule', () => import('./config-rule/open.ts'));
  return openRule(event, place);
}

/** Of a deployment whose runs are cut into batches: whatever a function of it is asked for. */
export async function atScale(deployed: Deployed, event: unknown, context: Invocation): Promise<unknown> {
  const { handleDeployed } = await load('scale', () => import('./scale/open.ts'));
  return handleDeployed(deployed, event, context);
}

/** Something is asked for whose file was not deployed. */
class PartMissingError extends CodedError {
  override readonly name = 'PartMissingError';
  override readonly code = 'PART_MISSING';
}

async function load<T>(part: Part, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    const message = `the function was deployed without ${fileOf(part)}: put it beside the handler, or turn off what needs it`;
    throw new PartMissingError(message, { cause });
  }
}
