import { keepUntilOf } from '../../../lambda/engine/document/marker.ts';
import type { ConsumerReport } from '../../../lambda/engine/report/report.ts';
import type { World } from '../../../simulation/world.ts';
import { currentRowOf, markedRowsOf } from './look.ts';

/** What people did to a consumer, in the words of the acts. */
export type Deeds = ReadonlySet<string>;

/**
 * Where the program stands back on purpose, and which acts may bring that about: somebody must decide,
 * and until then nothing is promised of this consumer but the invariants.
 */
const STANDS_BACK: readonly { readonly says: RegExp; readonly after: readonly string[] }[] = [
  {
    says: /^the current authorization \w+ is inactive: somebody switched it off/,
    // A backup, and a version that a label was moved to, may hold a token that is off; retirement switches it off.
    after: ['deactivate', 'label', 'restore', 'is retired'],
  },
  {
    says: /^something else writes this secret/,
    after: ['a token alone', 'a token, our keys kept', "the other's value", 'label'],
  },
  { says: /is scheduled for deletion/, after: ['schedule deletion'] },
  { says: /does not exist: create it/, after: ['schedule deletion'] },
  { says: /is not a JSON object/, after: ['plain text', "the other's value"] },
  { says: /^managed by another/, after: ["the other's value"] },
];

/**
 * I6: what is wrong with a consumer after enough undisturbed runs.
 *
 * @param since when they began: what a person wanted to keep beyond that may be left.
 */
export function untidiness(world: World, report: ConsumerReport, deeds: Deeds, since: number): string[] {
  const { consumer, state, reason } = report;
  const settings = world.configuration.consumers.find(({ name }) => name === consumer);
  if (state === 'blocked' || state === 'error') {
    const known = STANDS_BACK.some(({ says, after }) => says.test(reason) && after.some((deed) => deeds.has(deed)));
    return known ? [] : [`I6: ${consumer} is ${state} for no act of anybody: ${reason}`];
  }
  const wrong: string[] = [];
  const current = settings?.retired ? undefined : currentRowOf(world, consumer);
  if (!settings?.retired && current?.status !== 'active')
    wrong.push(`I6: ${consumer} has no working token in the end: ${reason}`);
  const others = world.configuration.consumers.filter(({ name }) => name !== consumer);
  const held = new Set(others.map(({ name }) => currentRowOf(world, name)?.id));
  for (const { row } of markedRowsOf(world, consumer)) {
    const isKept = (keepUntilOf(row.description) ?? 0) > since;
    if (row.id === current?.id || isKept || held.has(row.id)) continue;
    wrong.push(`I6: ${consumer}: authorization ${row.id} (${row.status}) is left behind`);
  }
  return wrong;
}
