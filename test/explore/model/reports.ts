import { parseMarker } from '../../../lambda/engine/document/marker.ts';
import type { ConsumerReport, RunReport } from '../../../lambda/engine/report/report.ts';
import type { World } from '../../../simulation/world.ts';
import { DAY, MINUTE } from '../../builders/a-configuration.ts';
import { ATTACKER, holdersOf, listedOrgs, rotatorsRowOf, settingsOf } from './look.ts';
import { isRotatorsOwn } from './servers.ts';

/** What the configuration lets wait, as long as no token gets too old. */
const BY_PLAN: ReadonlySet<string> = new Set(['FROZEN', 'OUTSIDE_WINDOW', 'CANARY_FIRST']);

/** The two rules that are about what a run says: T4, no wait without an end, and T5, nothing out of sight. */
export class Reports {
  readonly #world: World;
  readonly #violations: string[];
  /** The rows that were live, had an owner, and were in an org that is listed, when the run began, with their owners. */
  #live: ReadonlyMap<string, string> = new Map();

  constructor(world: World, violations: string[]) {
    this.#world = world;
    this.#violations = violations;
  }

  begin(): void {
    const { store } = this.#world.influxdb;
    const listed = listedOrgs(this.#world);
    const live = store
      .storedAuthorizations()
      .filter(
        ({ status, orgId, userId }) => status === 'active' && listed.has(orgId) && store.tables.users.has(userId),
      );
    this.#live = new Map(live.map(({ id, userId }) => [id, userId]));
  }

  /** @param isWhole it is about all consumers. */
  judge(report: RunReport, isWhole: boolean): void {
    for (const consumer of report.consumers) this.#judgeWait(consumer);
    // A run that ended early saw nothing, and says so.
    // With somebody else's token in the rotator's secret, it sees nothing, and every consumer fails.
    const isItself = isRotatorsOwn(this.#world, rotatorsRowOf(this.#world));
    if (isWhole && isItself && report.errors.length === 0) this.#judgeSight(report);
  }

  /** T4: who waits says until when, and that is less than a day away. Whose rotation was due a day ago does not wait. */
  #judgeWait({ consumer, state, why, obstacle, reason, tokens }: ConsumerReport): void {
    if (state !== 'waiting') return;
    const now = this.#world.clock.now();
    const until = Date.parse(obstacle?.until ?? '');
    const { canaries, limits } = this.#world.configuration;
    const settings = settingsOf(this.#world, consumer);
    const minted = Date.parse(tokens.find(({ role }) => role === 'current')?.mintedAt ?? '');
    if (settings !== undefined && BY_PLAN.has(String(obstacle?.code))) {
      const mayBeOldUntil = Math.max(minted + settings.maxTokenAgeMs, settings.exception?.until ?? 0);
      const latest = mayBeOldUntil - settings.gracePeriodMs - limits.leaseMs;
      if (!(until <= latest)) this.#violations.push(`T4: ${consumer} gets too old while it waits: ${reason}`);
      return;
    }
    // From when on it was to be rotated, other tests say.
    if (settings?.window !== undefined || settings?.freezes.length !== 0 || canaries !== undefined) return;
    if (!(until <= now + DAY + MINUTE)) this.#violations.push(`T4: ${consumer} waits without an end: ${reason}`);
    const due = Math.max(minted + settings.rotateEveryMs, settings.exception?.until ?? 0);
    if (why.code === 'DUE' && due + DAY + MINUTE < now)
      this.#violations.push(`T4: ${consumer} waits although its rotation was due a day ago: ${reason}`);
  }

  /** T5: what is live and ours, or of a configured owner, is what a consumer uses now, or the report has its id. */
  #judgeSight(report: RunReport): void {
    const said = JSON.stringify(report);
    const used = holdersOf(this.#world);
    const { store } = this.#world.influxdb;
    const configured = new Set(
      this.#world.configuration.consumers
        .map(({ owner }) => store.userNamed(owner ?? ''))
        .flatMap((owner) => (owner?.status === 'active' ? owner.id : [])),
    );
    const attacker = store.userNamed(ATTACKER)?.id;
    for (const { id, userId, status, description } of store.storedAuthorizations()) {
      if (status !== 'active' || !this.#live.has(id) || userId === attacker) continue;
      const marker = parseMarker(description);
      const isOurs = marker?.deployment === this.#world.configuration.deployment;
      if ((!isOurs && !configured.has(userId)) || used.has(id) || said.includes(id)) continue;
      this.#violations.push(`T5: authorization ${id} is live, and in no report`);
    }
  }
}
