import { DAY, HOUR, LIMITS, MINUTE } from '../../builders/a-configuration.ts';
import type { Fault } from '../faults/faults.ts';
import type { ChangeName } from './changes.ts';
import { type Command, describeCommand } from './commands.ts';
import type { Holder, Name } from './look.ts';
import type { CallOf } from './overlap.ts';
import type { BUSY, QUOTAS } from './rates.ts';
import type { REFUSALS } from './refusals.ts';
import type { ORGS, OwnerDeed } from './servers.ts';
import type { Step } from './service.ts';
import type { VALUES } from './values.ts';

/** How far the clock is moved. */
export const WAITS = {
  '2 minutes': 2 * MINUTE,
  'a lease': LIMITS.leaseMs + MINUTE,
  '3 hours': 3 * HOUR,
  'grace or hold': DAY + LIMITS.leaseMs + MINUTE,
  '4 days': 4 * DAY,
  '30 days': 30 * DAY,
} as const;

/** What somebody does to a token in InfluxDB. */
export const TOKEN_DEEDS = ['delete', 'switch-off', 'reactivate', 'rename', 'unmark', 'keep'] as const;

/** What somebody does who may write one consumer's secret, or make authorizations for a user of their own. */
export const ATTACKS = [
  "a ledger line with the other's token",
  "a leaked ledger line with the other's token",
  "a leaked ledger line with the rotator's token",
  'a ledger line with its own token',
  'a copy of its marker',
  'a leaked ledger line with what was made by hand',
] as const;

/** What people ask of Secrets Manager, or of the function about a rotation by it. */
export const ROTATION_DEEDS = ['rotate', 'rotate, and nobody takes the steps', 'resume', 'cancel', 'give up'] as const;
export type RotationDeed = (typeof ROTATION_DEEDS)[number];

/** What one of two that overlap does: a run by default. */
export type Asked = Command | { readonly which: 'four steps'; readonly consumer: Name } | undefined;

export type Act =
  | { readonly kind: 'run' }
  | { readonly kind: 'faulty run'; readonly fault: Fault }
  /** A run, while a server takes fewer calls than it makes. */
  | {
      readonly kind: 'rates';
      readonly server: CallOf['server'];
      readonly rate: keyof typeof BUSY | keyof typeof QUOTAS;
    }
  /** A run that has so little time, and whose calls take a second each. */
  | { readonly kind: 'short run'; readonly seconds: number }
  /** An operator asks for something. */
  | { readonly kind: 'command'; readonly command: Command; readonly fault: Fault | undefined }
  /**
   * The first run waits at a call while the configuration changes, and a run with the new one comes and goes. Each of
   * the two may be a command instead.
   */
  | {
      readonly kind: 'overlap';
      readonly first: Asked;
      readonly second: Asked;
      readonly stop: CallOf;
      readonly consumer: Holder;
      readonly change: ChangeName | 'stays' | 'gets by hand what the first run stored';
    }
  /** A request of a run that gave up on it, or died over it, takes effect inside the next run. */
  | {
      readonly kind: 'late';
      readonly first: Asked;
      readonly second: Asked;
      readonly stop: CallOf;
      readonly dies: boolean;
      readonly lands: CallOf;
    }
  | { readonly kind: 'wait'; readonly time: keyof typeof WAITS }
  | { readonly kind: 'configure'; readonly consumer: Name; readonly change: ChangeName }
  /** Who rotates before the others. */
  | { readonly kind: 'canary'; readonly consumer: Name | undefined }
  | {
      readonly kind: 'token';
      readonly consumer: Holder;
      readonly which: 'current' | 'superseded' | 'stray';
      readonly deed: (typeof TOKEN_DEEDS)[number];
    }
  /** To the newest version but `back`, of all that there are. */
  | { readonly kind: 'label'; readonly consumer: Holder; readonly back: number }
  | { readonly kind: 'put'; readonly consumer: Holder; readonly value: (typeof VALUES)[number] }
  | { readonly kind: 'secret'; readonly consumer: Name; readonly deed: 'schedule deletion' | 'bring back' }
  | { readonly kind: 'attack'; readonly consumer: Holder; readonly attack: (typeof ATTACKS)[number] }
  /** To the user who owns this consumer's tokens by its configuration. */
  | { readonly kind: 'owner'; readonly consumer: Name; readonly deed: OwnerDeed }
  | { readonly kind: 'bucket'; readonly deed: 'delete' | 'make anew' }
  | { readonly kind: 'prune'; readonly consumer: Holder }
  | { readonly kind: 'hash' }
  /** Some runs, one of them perhaps under a fault, while another InfluxDB answers under the same names. */
  | {
      readonly kind: 'other server';
      readonly runs: number;
      readonly fault: { readonly run: number; readonly fault: Fault } | undefined;
    }
  /** Some runs, while a copy of the server answers that is a day old. More may miss their tokens there than `limit`. */
  | { readonly kind: 'stale server'; readonly runs: number; readonly limit: number }
  /** The server refuses the current token, though its row says that it is active. */
  | { readonly kind: 'refuse'; readonly consumer: Holder; readonly time: keyof typeof REFUSALS }
  /** What people ask of Secrets Manager; it takes the four steps, if it is to, and perhaps under a fault. */
  | {
      readonly kind: 'rotation';
      readonly consumer: Name;
      readonly deed: RotationDeed;
      readonly fault: Fault | undefined;
    }
  /** An event of Secrets Manager, perhaps again, or late: of the pending version, or of the one that is `back` before. */
  | {
      readonly kind: 'step';
      readonly consumer: Name;
      readonly step: Step;
      /** Those before it come first, and `RotateSecret` where nothing is pending: an attempt that ends there. */
      readonly all: boolean;
      readonly back: number;
      readonly fault: Fault | undefined;
    }
  | { readonly kind: 'org'; readonly to: keyof typeof ORGS }
  | { readonly kind: 'backup' }
  /** Of InfluxDB, from the last backup, or from the one of before the first act. */
  | { readonly kind: 'restore' };

export function describeAct(act: Act): string {
  switch (act.kind) {
    case 'run':
    case 'backup':
      return act.kind;
    case 'hash':
      return 'InfluxDB keeps only hashes from now on';
    case 'other server':
      return `${act.runs} runs, and another InfluxDB answers${act.fault === undefined ? '' : `; in run ${act.fault.run} ${describeFault(act.fault.fault)}`}`;
    case 'stale server':
      return `${act.runs} runs, and a copy of the server answers that is a day old; limits.maxMissingPerRun is ${act.limit}`;
    case 'refuse':
      return `the server refuses ${act.consumer}'s current token for ${act.time}`;
    case 'org':
      return `configuration: the ${act.to} org`;
    case 'owner':
      return `by hand: ${act.deed} the owner of ${act.consumer}`;
    case 'bucket':
      return `by hand: ${act.deed} the bucket`;
    case 'prune':
      return `Secrets Manager forgets ${act.consumer}'s versions without a label`;
    case 'restore':
      return 'restore the backup';
    case 'faulty run':
      return `run, ${describeFault(act.fault)}`;
    case 'rates':
      return `run, while ${act.rate.includes('write') ? 'Secrets Manager takes' : `${act.server} answers`} ${act.rate}`;
    case 'short run':
      return `run, in ${act.seconds} seconds`;
    case 'command':
      return `command: ${describeCommand(act.command)}${act.fault === undefined ? '' : `, ${describeFault(act.fault)}`}`;
    case 'overlap':
      return `two runs: the first${describeAsked(act.first)} waits at ${describeCall(act.stop)}; meanwhile ${act.consumer} ${act.change}, and another run${describeAsked(act.second)}`;
    case 'late':
      return `run${describeAsked(act.first)}, which ${act.dies ? 'dies over' : 'gives up on'} ${describeCall(act.stop)}; it lands at ${describeCall(act.lands)} of the next run${describeAsked(act.second)}`;
    case 'wait':
      return `wait ${act.time}`;
    case 'canary':
      return act.consumer === undefined ? 'nobody goes first' : `${act.consumer} goes first`;
    case 'configure':
      return `configuration: ${act.consumer} ${act.change}`;
    case 'token':
      return `by hand: ${act.deed} ${act.consumer}'s ${act.which} token`;
    case 'label':
      return `by hand: AWSCURRENT of ${act.consumer} to the newest version${act.back > 0 ? ` but ${act.back}` : ''}`;
    case 'put':
      return `by hand: put ${act.value} into ${act.consumer}'s secret`;
    case 'attack':
      return `attack on ${act.consumer}: ${act.attack}`;
    case 'rotation':
      return `Secrets Manager: ${act.deed} ${act.consumer}'s secret${act.fault === undefined ? '' : `, ${describeFault(act.fault)}`}`;
    case 'step':
      return `${act.all ? 'all steps up to ' : ''}${act.step} of ${act.consumer}${act.back === 0 ? '' : `, of ${act.back} versions before`}${act.fault === undefined ? '' : `, ${describeFault(act.fault)}`}`;
    case 'secret':
      return `by hand: ${act.deed} ${act.consumer}'s secret`;
  }
}

function describeAsked(asked: Asked): string {
  if (asked === undefined) return '';
  return ` (${asked.which === 'four steps' ? `the four steps for ${asked.consumer}` : describeCommand(asked)})`;
}

function describeFault({ kind, ...at }: Fault): string {
  return `${kind} at ${describeCall(at)}`;
}

function describeCall({ server, call }: Pick<Fault, 'server' | 'call'>): string {
  return `call ${call} of ${server}`;
}
