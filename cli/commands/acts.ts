import { type Command, Option } from 'commander';
import { UsageError } from '../function/rotator.ts';
import { about, addCommand, JSON_OPTION, type Options, type Settle } from '../options.ts';
import { whomToAsk } from '../whom-to-ask.ts';
import type { Act, ActOptions } from './act.ts';

interface Said {
  readonly reason: string;
  readonly by?: string;
}

interface RotateOptions extends Said {
  readonly all?: true;
  readonly compromised?: true;
  readonly force?: true;
  readonly minAge?: string;
}

/** The commands that change something, each of which shows what it would do and asks first. */
export function addActs(program: Command, settles: Settle): void {
  const add = <O>(usage: string, what: string, example: string, of: (args: readonly string[], options: O) => Act) =>
    addCommand(program, usage, what, example)
      .option(...JSON_OPTION)
      .option('--yes', 'do not ask first', false)
      .option('--wait', 'until no older token works any more', false)
      .action(async (...given: unknown[]) => {
        const command = given.at(-1) as Command;
        const options = command.opts<Options & ActOptions & O>();
        const asked = of(command.args, options);
        if (options.wait === true && options.local) throw new UsageError(NO_RUN_COMES);
        const { act } = await import('./act.ts');
        settles(await act(await whomToAsk(options), asked, options));
      });
  const withReason = <O extends Said>(...all: Parameters<typeof add<O>>) =>
    add<O>(...all)
      .requiredOption('--reason <text>', 'why, for log and report')
      .option('--by <name>', 'who asks, for log and report');

  add('run [consumers...]', 'a run now, as the schedule begins it', 'run telegraf', runOf);
  withReason(
    'rotate [consumers...]',
    'new tokens now, whatever their age',
    'rotate telegraf --reason "release"',
    rotate,
  )
    .option('--all', 'every consumer')
    .option('--compromised', 'it leaked: every older token is deleted as soon as the new one is current')
    .option('--force', 'also in a freeze, and where the consumer is blocked')
    .addOption(new Option('--min-age <duration>', 'leave tokens that are younger, e.g. 20d').conflicts('compromised'));
  withReason<Said & { readonly for: string }>(
    'reactivate <consumer>',
    'the token before the current one works again for a while',
    'reactivate telegraf --for 2h --reason "a reader was missed"',
    ([consumer = ''], options) => one(consumer, { action: 'reactivate', consumer, for: options.for, ...said(options) }),
  ).requiredOption('--for <duration>', 'for how long, e.g. 2h');
  withReason(
    'rollback <consumer>',
    'the token before the current one becomes current again',
    'rollback telegraf --reason "the release was withdrawn"',
    ([consumer = ''], options) => one(consumer, { action: 'rollback', consumer, ...said(options) }),
  );
  withReason(
    'retire <authorization-id>',
    'end a marked token that no configured secret reaches',
    'retire 0a1b2c3d4e5f6071 --reason "the consumer is gone"',
    ([authorizationId = ''], options) => ({
      ...planned({ action: 'retire', authorizationId, ...said(options) }),
      warning: WHO_HOLDS_IT,
      endsAtOnce: true,
    }),
  );
  withReason(
    'resume <consumer> <version-id>',
    'take a rotation by Secrets Manager that hangs to its end',
    'resume telegraf 11111111-2222-4333-8444-555555555555 --reason "it hangs"',
    ([consumer = '', versionId = ''], options) => ({
      request: { action: 'resume', consumer, versionId, ...said(options) },
      plan: undefined,
      consumers: [consumer],
      warning: `the rotation of ${consumer} by Secrets Manager is taken to its end: the token of version ${versionId} becomes current, and the present one has its grace period`,
    }),
  );
}

const NO_RUN_COMES =
  '--wait needs the deployed function: with --local, no run comes by itself that would end the older tokens';

function runOf(names: readonly string[]): Act {
  const consumers = about(names);
  return {
    request: { action: 'run', ...consumers },
    plan: { action: 'plan', ...consumers },
    ...consumers,
    evenIdle: true,
  };
}

const WITHOUT_GRACE =
  'Once the new tokens are current, the present ones and all older ones are deleted, without a grace period: whoever has not read the secret again has no access until they do.';

function rotate(names: readonly string[], options: RotateOptions): Act {
  const { all, compromised, force, minAge } = options;
  if ((names.length === 0) !== (all === true))
    throw new UsageError('name the consumers whose tokens are to be replaced, or give --all, and not both');
  const whom = all === true ? { all } : { consumers: names };
  const act = planned({ action: 'rotate', ...whom, compromised, force, minAge, ...said(options) }, names);
  return compromised === true ? { ...act, warning: WITHOUT_GRACE } : act;
}

const WHO_HOLDS_IT =
  'The token is switched off at once. If its consumer is still configured, first see that "secret" names the secret that its readers read: readers of another one may hold this token, and then lose access.';

function one(consumer: string, command: object): Act {
  return planned(command, [consumer]);
}

function planned(command: object, names: readonly string[] = []): Act {
  return { request: command, plan: { action: 'plan', command }, ...about(names) };
}

function said({ reason, by }: Said): Said {
  return { reason, ...(by !== undefined && { by }) };
}
