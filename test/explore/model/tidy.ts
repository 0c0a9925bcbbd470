import { keepUntilOf } from '../../../lambda/engine/document/keep-until.ts';
import type { ConsumerReport } from '../../../lambda/engine/report/report.ts';
import type { ReasonCode } from '../../../lambda/log/reason-codes.ts';
import type { World } from '../../../simulation/world.ts';
import { currentRowOf, markedRowsOf } from './look.ts';

/** What people did to a consumer, in the words of the acts. */
export type Deeds = ReadonlySet<string>;

/**
 * Where the program stands back on purpose, and which acts may bring that about: somebody must decide,
 * and until then nothing is promised of this consumer but the invariants.
 */
const STANDS_BACK: Readonly<Partial<Record<ReasonCode, readonly string[]>>> = {
  // A backup, and a version that a label was moved to, may hold a token that is off; a retired consumer's is switched off.
  SWITCHED_OFF_BY_HAND: ['switch-off', 'label', 'restore', 'is retired'],
  OTHER_WRITER: ['a token alone', 'a token, our keys kept', "the other's value", 'label'],
  WRITTEN_AGAIN: ['a token alone', 'a token, our keys kept', "the other's value", 'plain text', 'label'],
  ANOTHER_IS_LIVE: ['keep'],
  SECRET_DELETED: ['schedule deletion'],
  SECRET_NOT_FOUND: ['schedule deletion'],
  SECRET_PLAIN_TOKEN: ['plain text', "the other's value"],
  SECRET_NOT_JSON: ['plain text', "the other's value"],
  DOCUMENT_OF_ANOTHER: ["the other's value"],
  MARKER_OF_ANOTHER: ["the other's value"],
};

/**
 * I6: what is wrong with a consumer after enough undisturbed runs.
 *
 * @param since when they began: what a person wanted to keep beyond that may be left.
 */
export function untidiness(world: World, report: ConsumerReport, deeds: Deeds, since: number): string[] {
  const { consumer, state, reason, why, obstacle } = report;
  const settings = world.configuration.consumers.find(({ name }) => name === consumer);
  const others = world.configuration.consumers.filter(({ name }) => name !== consumer);
  const held = new Set(others.map(({ name }) => currentRowOf(world, name)?.id));
  if (state === 'blocked' || state === 'failed') {
    if (obstacle?.code === 'ANOTHER_IS_LIVE' && held.has(String(obstacle.authorizationId))) return [];
    const known = STANDS_BACK[obstacle?.code ?? why.code]?.some((deed) => deeds.has(deed));
    return known ? [] : [`I6: ${consumer} is ${state} for no act of anybody: ${reason}`];
  }
  const wrong: string[] = [];
  const current = settings?.retired ? undefined : currentRowOf(world, consumer);
  if (!settings?.retired && current?.status !== 'active')
    wrong.push(`I6: ${consumer} has no working token in the end: ${reason}`);
  for (const { row } of markedRowsOf(world, consumer)) {
    const isKept = (keepUntilOf(row.description) ?? 0) > since;
    if (row.id === current?.id || isKept || held.has(row.id)) continue;
    wrong.push(`I6: ${consumer}: authorization ${row.id} (${row.status}) is left behind`);
  }
  return wrong;
}
