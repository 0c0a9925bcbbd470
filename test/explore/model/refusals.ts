import type { ConsumerReport, RunReport } from '../../../lambda/engine/report/report.ts';
import type { World } from '../../../simulation/world.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../builders/a-configuration.ts';
import { currentRowOf, type Holder } from './look.ts';

/** For how long the server refuses a token whose row says `active`. */
export const REFUSALS = {
  'half a minute': 30 * SECOND,
  '10 minutes': 10 * MINUTE,
  '3 hours': 3 * HOUR,
  '2 days': 2 * DAY,
} as const;

/** Runs that are that far apart try each token once a day: the schedule of these deployments. */
export const SCHEDULE_MS = 12 * HOUR;

/** Tokens that the server refuses for a while, as Cloud does, and T6: what runs say of that. */
export class Refusals {
  readonly #world: World;
  readonly #violations: string[];
  /** By the id of the authorization. */
  readonly #until = new Map<string, number>();

  constructor(world: World, violations: string[]) {
    this.#world = world;
    this.#violations = violations;
    world.influxdb.store.refuses = ({ id }) => (this.#until.get(id) ?? 0) > world.clock.now();
  }

  /** @returns whether there is such a token, and it works. */
  begin(consumer: Holder, time: keyof typeof REFUSALS): boolean {
    const row = currentRowOf(this.#world, consumer);
    if (row === undefined || !this.#works(row.id)) return false;
    this.#until.set(row.id, this.#world.clock.now() + REFUSALS[time]);
    return true;
  }

  /** Every refusal is over now. */
  end(): void {
    const now = this.#world.clock.now();
    for (const [id, until] of this.#until) this.#until.set(id, Math.min(until, now));
  }

  /** After a run: no false alarm, and nothing is ended by a run that sees a refusal. */
  judge({ consumers, startedAt }: RunReport, disturbed: boolean): void {
    for (const { consumer, why, actions } of consumers) {
      if (why.code !== 'CURRENT_REFUSED') continue;
      const id = String(why.authorizationId);
      // The token is tried for a minute before that counts.
      const isOver = (this.#until.get(id) ?? 0) < Date.parse(startedAt) + (disturbed ? -MINUTE : 40 * SECOND);
      // Who writes another token's value and hash beside this id has that one refused.
      if (this.#works(currentRowOf(this.#world, consumer)?.id ?? id) && isOver)
        this.#violations.push(`T6: ${consumer} is blocked, and its token ${id} is no longer refused`);
      if (actions.length > 0)
        this.#violations.push(`T6: ${consumer}: tokens were ended while the current one is refused`);
    }
  }

  /** Two days of undisturbed runs, by the schedule, while a token is refused: one of them must say so. */
  async mustBeNoticed(consumer: Holder, run: () => Promise<RunReport>): Promise<void> {
    const id = currentRowOf(this.#world, consumer)?.id;
    let isSaid = false;
    for (let passed = 0; passed < REFUSALS['2 days'] - SCHEDULE_MS; passed += SCHEDULE_MS) {
      this.#world.clock.advance(SCHEDULE_MS - MINUTE);
      const report = await run();
      isSaid ||=
        report.errors.length > 0 || report.consumers.some((each) => each.consumer === consumer && isAlarm(each));
    }
    const settings = this.#world.configuration.consumers.find(({ name }) => name === consumer);
    if (settings?.probe !== 'daily' || settings.retired || isSaid) return;
    if (currentRowOf(this.#world, consumer)?.id === id)
      this.#violations.push(`T6: ${consumer}: its token was refused for two days, and no run said so`);
  }

  /** But for the refusal. */
  #works(id: string): boolean {
    const { authorizations, users } = this.#world.influxdb.store.tables;
    const row = authorizations.get(id);
    return row?.status === 'active' && users.get(row.userId)?.status === 'active';
  }
}

function isAlarm({ state }: ConsumerReport): boolean {
  return state === 'blocked' || state === 'failed';
}
