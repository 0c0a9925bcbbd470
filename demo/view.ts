import { styleText } from 'node:util';
import { DAY_MS } from '../lambda/config/duration.ts';
import { closingLines } from '../lambda/engine/report/closing-lines.ts';
import type { ActionReport, ConsumerReport, RunReport, TokenReport } from '../lambda/engine/report/report.ts';
import type { LifeFigures, RunStory } from './life.ts';
import { LEGEND, Lifelines } from './lifelines.ts';
import type { ServiceRotation } from './service-rotation.ts';

/** Prints what each run did as it happens. Consecutive runs without an action share one line. */
export class View {
  readonly #print: (line: string) => void;
  #startedAt: number | undefined;
  readonly #lifelines = new Lifelines();
  #quiet = 0;
  #last: RunReport | undefined;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** Says what is about to be shown. */
  introduce(tokens: string, period: string): void {
    this.#print(
      `InfluxDB 2.x (tokens: ${tokens}) and Secrets Manager run on 127.0.0.1; the time is simulated: a run every ${period}.`,
    );
    this.#print('');
  }

  show(story: RunStory): void {
    const { at, report, calls, violations } = story;
    this.#lifelines.add(story);
    this.#last = report;
    this.#startedAt ??= at;
    const acted = report.consumers.filter(({ actions }) => actions.length > 0);
    const unserved = report.consumers.filter(isUnserved);
    if (acted.length === 0 && unserved.length === 0 && violations.length === 0) {
      this.#quiet += 1;
      return;
    }
    this.flush();
    const { action, by, reason } = report;
    const asked = reason === undefined ? '' : `  ${styleText('cyan', `${by} asks: ${action}`)}`;
    this.#print(`${styleText('bold', this.#timeOf(at))}  ${styleText('dim', `${calls} calls`)}${asked}`);
    for (const consumer of acted) for (const action of consumer.actions) this.#print(`  ${describe(consumer, action)}`);
    for (const consumer of acted) this.#print(`  ${styleText('dim', tokensAfter(consumer))}`);
    for (const { consumer, state, reason } of unserved)
      this.#print(`  ${consumer.padEnd(10)} ${styleText('red', state)}: ${reason}`);
    for (const violation of violations) this.#print(styleText('red', `  VIOLATION ${violation}`));
  }

  /** A rotation that Secrets Manager began between two runs. */
  showService({ at, consumer, calls, done }: ServiceRotation): void {
    this.flush();
    const asked = styleText('cyan', 'Secrets Manager asks, in four steps');
    this.#print(`${styleText('bold', this.#timeOf(at))}  ${styleText('dim', `${calls} calls`)}  ${asked}`);
    const what = done ? styleText('green', 'minted, stored, activated, proven, promoted') : styleText('red', 'failed');
    this.#print(`  ${consumer.padEnd(10)} ${what}`);
  }

  #timeOf(at: number): string {
    const day = Math.floor((at - (this.#startedAt ?? at)) / DAY_MS);
    return `day ${day}, ${new Date(at).toISOString().slice(11, 16)}`;
  }

  /** Prints the line for the quiet runs so far. */
  flush(): void {
    if (this.#quiet > 0)
      this.#print(styleText('dim', `… ${this.#quiet} ${this.#quiet === 1 ? 'run' : 'runs'} with nothing to do`));
    this.#quiet = 0;
  }

  summary(figures: LifeFigures): void {
    this.flush();
    const mark = (good: boolean) => (good ? styleText('green', '✔') : styleText('red', '✘'));
    const { callsToPromotion, callsWholeLife, requestsOfConsumers, failedRequestsOfConsumers: failed } = figures;
    this.#print('');
    for (const line of this.#lifelines.lines()) this.#print(line);
    this.#print(styleText('dim', LEGEND));
    this.#print('');
    this.#print(
      `${figures.days} days, ${figures.runs} runs, ${figures.rotations} rotations; an idle run took ${figures.callsIdleRun} calls, and ${figures.probesPerDay} calls a day try the current tokens, and whether they may be replaced`,
    );
    this.#print(
      `${callsToPromotion} calls from the first read to the promotion of a token, ${callsWholeLife} with its end and the proof that it is refused (AWS's sample rotator: 40)`,
    );
    this.#print(
      `${mark(failed === 0)} ${requestsOfConsumers} rounds of work by consumers that cache for a whole grace period, ${failed} failed`,
    );
    this.#print(
      `${mark(figures.compromisedEnded > 0)} ${count(figures.compromisedEnded, 'leaked token')} ended at once, ${count(figures.rollbacks, 'rotation')} rolled back, ${figures.fourStepRotations} made by Secrets Manager itself`,
    );
    this.#print(`${mark(figures.newTokensAccepted > 0)} ${figures.newTokensAccepted} current tokens tried: accepted`);
    this.#print(
      `${mark(figures.oldTokensAccepted === 0)} ${figures.oldTokensRefused} old tokens tried: refused${figures.oldTokensAccepted > 0 ? `; ${figures.oldTokensAccepted} still accepted` : ''}`,
    );
    for (const line of this.#last === undefined ? [] : closingLines(this.#last)) this.#print(`the last run: ${line}`);
    this.#print(
      `${mark(figures.violations.length === 0)} ${figures.violations.length} violations of the invariants, checked after every run`,
    );
  }
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** This run did not serve the consumer. Its reason says what to do. */
function isUnserved({ state }: ConsumerReport): boolean {
  return state === 'failed' || state === 'blocked' || state === 'not-attempted';
}

const WORDS: Record<ActionReport['kind'], string> = {
  rotate: 'minted, stored, proven, promoted',
  reactivate: 'reactivated',
  'note-compromised': 'noted as compromised',
  'copy-forward': 'copied forward',
  'switch-off': 'switched off',
  delete: 'deleted',
};

function describe(
  { consumer }: ConsumerReport,
  { kind, authorizationId, reason, outcome, error }: ActionReport,
): string {
  const name = consumer.padEnd(10);
  if (outcome !== 'done') return `${name} ${styleText('red', `${kind} ${outcome}`)}: ${error ?? reason}`;
  const colour = kind === 'rotate' || kind === 'copy-forward' ? 'green' : 'yellow';
  return `${name} ${styleText(colour, WORDS[kind])} ${authorizationId ?? ''}  ${styleText('dim', `(${reason})`)}`;
}

/** The state of each of the consumer's tokens after the run. */
function tokensAfter({ tokens }: ConsumerReport): string {
  const states = tokens.map((token) => `${token.authorizationId} ${stateOf(token)}`);
  return `${''.padEnd(10)} ${states.join(' · ')}`;
}

function stateOf({ role, status }: TokenReport): string {
  if (status === 'gone') return 'gone';
  if (status === 'inactive') return 'off';
  return role === 'current' ? 'current' : 'in grace';
}
