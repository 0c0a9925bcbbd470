import { cut } from '../../calls/cut.ts';
import type { ConsumerReport, RunReport } from './report.ts';

const MOST_NAMED = 5;

/**
 * What a person must know after a run, as the last lines that they see: who failed, who is blocked, who has no access, and
 * what to do. If nothing of that is the case, one line says so.
 *
 * @param failuresAreTold another message says who failed.
 */
export function closingLines(report: RunReport, { failuresAreTold = false } = {}): readonly string[] {
  const { consumers } = report;
  const inState = (...states: ConsumerReport['state'][]) => consumers.filter(({ state }) => states.includes(state));
  const failed = inState('failed', 'not-attempted');
  const blocked = inState('blocked');
  const without = consumers.filter(({ access }) => access === 'none');
  const soon = without.filter(getsOne);
  const cutOff = without.filter((each) => !soon.includes(each));
  const lines = [
    ...(failuresAreTold ? [] : say(failed, consumers, 'failed', 'failed')),
    ...say(blocked, consumers, 'is blocked, and needs a person', 'are blocked, and need a person'),
    ...name(cutOff, consumers, 'has no working token', 'have no working token', SEE_RUNBOOK),
    ...name(soon, consumers, 'has no working token', 'have no working token', 'a run would make one'),
  ];
  return lines.length > 0 || failed.length > 0 ? lines : [allIsWell(report)];
}

const SEE_RUNBOOK = 'docs/operations.md says what to do ("A consumer has no access")';

/** This dry run would have put a working token into the secret. */
function getsOne({ state, actions }: ConsumerReport): boolean {
  const gives = ({ kind, outcome }: ConsumerReport['actions'][number]) =>
    outcome === 'planned' && (kind === 'rotate' || kind === 'copy-forward');
  return state === 'acting' && actions.some(gives);
}

/** With their reasons, which say what to do. */
function say(some: readonly ConsumerReport[], all: readonly unknown[], is: string, are: string): string[] {
  const named = some.slice(0, MOST_NAMED).map(({ consumer, reason }) => `${consumer}: ${cut(reason)}`);
  return line(named, some, all, { is, are });
}

/** Their reasons are told elsewhere. */
function name(
  some: readonly ConsumerReport[],
  all: readonly unknown[],
  is: string,
  are: string,
  then: string,
): string[] {
  const named = some.slice(0, MOST_NAMED).map(({ consumer }) => consumer);
  return line(named, some, all, { is, are }).map((text) => `${text}; ${then}`);
}

function line(
  named: readonly string[],
  some: readonly unknown[],
  all: readonly unknown[],
  { is, are }: { readonly is: string; readonly are: string },
): string[] {
  if (some.length === 0) return [];
  const more = some.length > MOST_NAMED ? [`and ${some.length - MOST_NAMED} more`] : [];
  return [`${some.length} of ${count(all.length)} ${some.length === 1 ? is : are}: ${[...named, ...more].join('; ')}`];
}

function allIsWell({ action, mode, consumers, counts }: RunReport): string {
  const all = count(consumers.length);
  if (action !== 'run' || mode === 'plan') {
    const due = consumers.filter(({ actions }) => actions.length > 0).length;
    return `nothing was changed: a run would act for ${due} of ${all}, and none has failed or is blocked`;
  }
  const { rotated, switchedOff, deleted } = counts;
  return `${all}, of which none failed or is blocked: ${rotated} rotated; tokens switched off: ${switchedOff}, deleted: ${deleted}`;
}

function count(consumers: number): string {
  return `${consumers} ${consumers === 1 ? 'consumer' : 'consumers'}`;
}
