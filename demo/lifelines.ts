import { styleText } from 'node:util';
import { DAY_MS } from '../lambda/config/duration.ts';
import type { TokenReport } from '../lambda/engine/report/report.ts';
import type { RunStory } from './life.ts';

type State = 'current' | 'grace' | 'off';

const MARKS: Record<State, string> = {
  current: styleText('green', '█'),
  grace: styleText('yellow', '▓'),
  off: styleText('dim', '░'),
};

export const LEGEND = `one column a day: ${MARKS.current} current  ${MARKS.grace} superseded, still works  ${MARKS.off} switched off`;

/** Collects the state of every token run by run, and draws one line a token. */
export class Lifelines {
  readonly #days = new Map<string, Map<number, State>>();
  readonly #consumers = new Map<string, string>();
  #startedAt: number | undefined;

  add({ at, report }: RunStory): void {
    this.#startedAt ??= at;
    const day = Math.floor((at - this.#startedAt) / DAY_MS);
    for (const { consumer, tokens } of report.consumers) {
      for (const token of tokens) {
        const state = stateOf(token);
        if (state === undefined) continue;
        this.#consumers.set(token.authorizationId, consumer);
        const days = this.#days.get(token.authorizationId) ?? new Map<number, State>();
        this.#days.set(token.authorizationId, days.set(day, state));
      }
    }
  }

  /** One line a token, grouped by consumer in order of appearance. */
  lines(): string[] {
    const byConsumer = Map.groupBy(this.#days.keys(), (id) => this.#consumers.get(id) ?? '');
    return [...byConsumer].flatMap(([consumer, ids]) =>
      ids.map((id, index) => `${(index === 0 ? consumer : '').padEnd(10)} ${id}  ${this.#line(id)}`),
    );
  }

  #line(id: string): string {
    const days = this.#days.get(id) ?? new Map<number, State>();
    const last = Math.max(...days.keys());
    return Array.from({ length: last + 1 }, (_, day) => {
      const state = days.get(day);
      return state === undefined ? ' ' : MARKS[state];
    }).join('');
  }
}

function stateOf({ role, status }: TokenReport): State | undefined {
  if (status === 'gone') return undefined;
  if (status === 'inactive') return 'off';
  return role === 'current' ? 'current' : 'grace';
}
