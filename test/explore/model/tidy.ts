import type { ConsumerSettings } from '../../../lambda/config/configuration.ts';
import { keepUntilOf } from '../../../lambda/engine/document/keep-until.ts';
import type { ConsumerReport } from '../../../lambda/engine/report/report.ts';
import type { ReasonCode } from '../../../lambda/log/reason-codes.ts';
import type { StoredAuthorization } from '../../../local/influxdb/rows.ts';
import type { World } from '../../../simulation/world.ts';
import type { CHANGES } from './changes.ts';
import {
  contentOf,
  currentRowOf,
  markedRowsOf,
  namedOwners,
  orgIdOf,
  rotated,
  settingsOf,
  versionsOf,
} from './look.ts';
import { BUCKET } from './servers.ts';
import type { ValueName } from './values.ts';

/** What people did to a consumer, in the words of the acts. */
export type Deeds = ReadonlySet<string>;

/** What people put that was ours at some time. */
const OLDER_VALUES: readonly ValueName[] = [
  'its value of before',
  'its oldest value',
  'its pending value',
  'the token of before, and its hash',
  'the ledger of before',
];

/** What people put that never was. */
const OTHERS_VALUES: readonly ValueName[] = [
  'a token alone',
  'a token, our keys kept',
  'a token of its owner that works',
  "the other's value",
  'its token alone',
];

/** What makes the configured key another one than that of the token. */
const KEY_DEEDS: readonly string[] = [
  'has its token under another key',
  'has its token under its first key',
  "the application's own value under the other key",
] satisfies readonly (ValueName | keyof typeof CHANGES)[];

/**
 * Where the program stands back on purpose, and which acts may bring that about: somebody must decide,
 * and until then nothing is promised of this consumer but the invariants.
 */
const STANDS_BACK: Readonly<Partial<Record<ReasonCode, readonly string[]>>> = {
  // A backup, and a version that a label was moved to, may hold a token that is off; a retired consumer's is switched off.
  SWITCHED_OFF_BY_HAND: ['switch-off', 'label', 'restore', 'is retired', 'retire'],
  OTHER_WRITER: [...OTHERS_VALUES, ...OLDER_VALUES, 'label'],
  WRITTEN_AGAIN: [...OTHERS_VALUES, ...OLDER_VALUES, 'plain text', 'label'],
  ANOTHER_IS_LIVE: ['keep'],
  // Of changes that wait for such a token.
  CONFIGURATIONS_DISAGREE: ['keep'],
  NAME_UNRESOLVED: ['deactivate an owner', 'delete an owner', 'delete the bucket', 'restore'],
  // The rotator with the least rights does not see its own row, whoever names it.
  ENTRY_UNSEEN: ["a leaked ledger line with the rotator's token"],
  // So says anybody who can write the secret; nothing is ended for it, and nothing else waits.
  LEAKED_LIVES: ["a leaked ledger line with the rotator's token", 'a leaked ledger line with what was made by hand'],
  RIGHT_MISSING: ["adopts the rotator's token, by a slip"],
  SECRET_DELETED: ['schedule deletion'],
  SECRET_NOT_FOUND: ['schedule deletion'],
  SECRET_PLAIN_TOKEN: ['plain text', "the other's value"],
  SECRET_NOT_JSON: ['plain text', "the other's value"],
  DOCUMENT_OF_ANOTHER: ["the other's value"],
  MARKER_OF_ANOTHER: ["the other's value"],
  TOKEN_KEY_TAKEN: KEY_DEEDS,
  TOKEN_KEY_UNKNOWN: [...KEY_DEEDS, "the other's value"],
};

/** What another consumer's secret holds is not ended; these say so. */
const WAITS_FOR_OTHERS: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'ANOTHER_IS_LIVE',
  'CONFIGURATIONS_DISAGREE',
  'LEAKED_LIVES',
]);

/** What came before undisturbed runs. */
interface Before {
  readonly deeds: Deeds;
  /** When they began: what a person wanted to keep beyond that may be left. */
  readonly since: number;
  /** Why the last step of a rotation by Secrets Manager was not taken. */
  readonly refusal: string | undefined;
}

/** What a run says of a consumer whose next token is Secrets Manager's business: the step says what is wrong. */
const SAYS_THE_STEP: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['ROTATED_BY_SERVICE', 'ROTATION_HANGS']);

/** I6: what is wrong with a consumer after enough undisturbed runs. */
export function untidiness(world: World, report: ConsumerReport, { deeds, since, refusal }: Before): string[] {
  const { consumer, state, reason, why, obstacle } = report;
  const saysTheStep = obstacle !== undefined && SAYS_THE_STEP.has(obstacle.code) && refusal !== undefined;
  const errorCode = saysTheStep ? refusal : report.errorCode;
  const settings = settingsOf(world, consumer);
  const others = rotated(world).filter(({ name }) => name !== consumer);
  const held = new Set(others.map(({ name }) => currentRowOf(world, name)?.id));
  if (state === 'blocked' || state === 'failed') {
    if (obstacle !== undefined && WAITS_FOR_OTHERS.has(obstacle.code) && held.has(String(obstacle.authorizationId)))
      return [];
    // T3: a step sees one document, which names another org than the configured one: a person must decide.
    if (errorCode === 'OTHER_SERVER' && deeds.has('org')) return [];
    // Nothing can be made for an owner who is deactivated or gone, or on a bucket that is gone.
    const cannotMint = ['deactivate an owner', 'delete an owner', 'delete the bucket'].some((deed) => deeds.has(deed));
    if (errorCode === 'TOKEN_FAILS' && cannotMint) return [];
    const code = saysTheStep ? (refusal as ReasonCode) : (obstacle?.code ?? why.code);
    const known = STANDS_BACK[code]?.some((deed) => deeds.has(deed));
    // R3: only AWSPREVIOUS can show that a run switched it off, and that nobody did by hand.
    const isPutBack = code === 'SWITCHED_OFF_BY_HAND' && OLDER_VALUES.some((value) => deeds.has(value));
    return known || (isPutBack && !isSupersededInPrevious(world, consumer))
      ? []
      : [`I6: ${consumer} is ${state} for no act of anybody: ${reason}`];
  }
  const wrong: string[] = [];
  const current = settings?.retired ? undefined : currentRowOf(world, consumer);
  if (!settings?.retired && current?.status !== 'active')
    wrong.push(`I6: ${consumer} has no working token in the end: ${reason}`);
  if (current !== undefined && settings !== undefined && !isAsConfigured(world, current, settings))
    wrong.push(`T3: ${consumer}: the current token has not the configured owner and permissions: ${reason}`);
  for (const { row, marker } of markedRowsOf(world, consumer)) {
    const isKept = (keepUntilOf(row.description) ?? 0) > since && !marker.compromised;
    // Nobody can read a row whose owner is gone, and its token works for nobody.
    if (!world.influxdb.store.tables.users.has(row.userId)) continue;
    if (row.id === current?.id || isKept || held.has(row.id)) continue;
    // R7: it stays until the next rotation takes it over. Only of an owner who counts it goes into the ledger at once.
    if (isNamedByPrevious(world, consumer, row) && !namedOwners(world, consumer).has(row.userId)) continue;
    wrong.push(`I6: ${consumer}: authorization ${row.id} (${row.status}) is left behind`);
  }
  return wrong;
}

function isSupersededInPrevious(world: World, consumer: string): boolean {
  const previous = versionsOf(world, consumer).find(({ stages }) => stages.has('AWSPREVIOUS'));
  const { superseded = [] } = contentOf(previous).rotation ?? {};
  return superseded.some(({ authorizationId }) => authorizationId === currentRowOf(world, consumer)?.id);
}

function isNamedByPrevious(world: World, consumer: string, row: StoredAuthorization): boolean {
  const previous = versionsOf(world, consumer).find(({ stages }) => stages.has('AWSPREVIOUS'));
  return contentOf(previous).rotation?.authorizationId === row.id;
}

/** T3: the row itself has the owner and the rights that the configuration gives, by their names as they are now. */
function isAsConfigured(world: World, row: StoredAuthorization, settings: ConsumerSettings): boolean {
  const { influxdb } = world;
  const { access, owner = '' } = settings;
  if (access.kind !== 'buckets') return true;
  const bucket = influxdb.store.bucketNamed(orgIdOf(world), BUCKET)?.id;
  const grants = row.permissions.map(({ action, resource }) => (resource.id === bucket ? action : 'another'));
  const wanted = [...(access.read.length > 0 ? ['read'] : []), ...(access.write.length > 0 ? ['write'] : [])];
  return row.userId === influxdb.store.userNamed(owner)?.id && grants.toSorted().join() === wanted.join();
}
