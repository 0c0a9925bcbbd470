import { logDefect, messageOf } from '../calls/failure.ts';
import { rotatedIn } from '../config/self.ts';
import type { RunReport } from '../engine/report/report.ts';
import { statesAfter } from './changes.ts';
import { conditionsIn, RUN } from './condition.ts';
import type { DeskOptions, Edition } from './edition.ts';
import { type Memory, noteLines, recall } from './memory.ts';
import { tellBus } from './tell-bus.ts';
import { tellFindings } from './tell-findings.ts';
import { tellDigest, tellPeople } from './tell-people.ts';

/**
 * Tells what has changed since the run before, when all else is done: so it delays nothing. It fails nothing either, and
 * never throws: what could not be told is not noted as told, and the next run tells it.
 * @param report of a run of all consumers. A command changes what the next run finds, and that run tells it.
 */
export async function tellNews(report: RunReport, options: DeskOptions): Promise<void> {
  try {
    await tellSinceLast(report, options);
  } catch (error) {
    logDefect(options.log, error, undefined);
    options.log('NEWS_WITHOUT_MEMORY', { reason: messageOf(error) });
  }
}

async function tellSinceLast(report: RunReport, options: DeskOptions): Promise<void> {
  const { configuration, history, log, clock } = options;
  if (history === undefined) {
    log('NEWS_WITHOUT_MEMORY', { reason: 'the function has no log group, so what it told before is not known' });
    return;
  }
  const now = clock.now();
  const { scheduleMs, limits } = configuration;
  const memory = await recall(history, { now, scheduleMs, ...limits, own: options.sandbox.noted });
  // A run that began later knows better, and has told it.
  if (memory !== undefined && memory.startedAt > report.startedAt) return;
  const conditions = conditionsIn(report, configuration, now);
  await tellAndNote({ report, conditions, memory, now }, options);
}

async function tellAndNote(edition: Edition, options: DeskOptions): Promise<void> {
  const { report, conditions, memory } = edition;
  const { configuration, bus, topic, log, newId } = options;
  const { startedAt } = report;
  const toBus = await tellBus(edition, options);
  const toPeople = await tellPeople(edition, options);
  const digestAt = await tellDigest(edition, options);
  const { at: findingsAt, findings } = await tellFindings(edition, options);
  const untold = new Map([
    ['bus', toBus.untold],
    ['people', toPeople],
  ] as const);
  const states = statesAfter(conditions, memory, { untold, findings }, startedAt);
  // Of who is not configured any more, only what Security Hub still has.
  const names = new Set([RUN, ...rotatedIn(configuration).map(({ name }) => name)]);
  for (const subject of states.keys()) if (!names.has(subject) && !findings.has(subject)) states.delete(subject);
  const channels = [...(bus === undefined ? [] : ['bus']), ...(topic === undefined ? [] : ['people'])];
  const noted: Memory = {
    ...{ startedAt, channels, states, digestAt, findingsAt },
    ...{ deeds: toBus.deeds, deedsSince: toBus.deedsSince },
  };
  for (const line of noteLines(noted, newId())) log('STATES_NOTED', line);
  options.sandbox.noted = noted;
}
