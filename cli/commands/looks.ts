import { type Command, Option } from 'commander';
import { about, addCommand, JSON_OPTION, type Options, type Settle } from '../options.ts';
import { whomToAsk } from '../whom-to-ask.ts';
import type { CheckOptions } from './check.ts';
import type { PermissionsOptions } from './permissions.ts';
import type { StatusOptions } from './status.ts';

/** The commands that change nothing. Each is loaded only where it is typed. */
export function addLooks(program: Command, settles: Settle): void {
  const status = 'how the consumers are, the worst first; of one, all that is known';
  addCommand(program, 'status [consumer]', status, 'status --gate')
    .option(...JSON_OPTION)
    .option('--all', 'each consumer has its line, however many there are')
    .addOption(
      new Option('--watch', 'look again every 10 seconds, until it is interrupted').conflicts(['gate', 'json']),
    )
    .option(
      '--gate',
      'for pipelines: exit with 3 if anybody has no access, failed, is blocked or overdue, or has an exception that is over',
    )
    .action(async (name: string | undefined, options: Options & StatusOptions) => {
      const { showStatus } = await import('./status.ts');
      settles(await showStatus(await whomToAsk(options), name, options));
    });
  addCommand(program, 'plan [consumers...]', 'what the next run would do, and why', 'plan telegraf')
    .option(...JSON_OPTION)
    .action(async (names: string[], options: Options & { readonly json: boolean }) => {
      const { showPlan } = await import('./plan.ts');
      settles(await showPlan(await whomToAsk(options), { action: 'plan', ...about(names) }, options));
    });
  const check = 'what would keep a first run from rotating, each with what mends it';
  addCommand(program, 'check [consumers...]', check, 'check --local --config prod.json')
    .option(...JSON_OPTION)
    .option('--deep', 'let InfluxDB make each next token, dead, and delete it again')
    .action(async (names: string[], options: CheckOptions) => {
      const { showCheck } = await import('./check.ts');
      settles(await showCheck(names, options));
    });
  const permissions = "what the rotator's own token needs, as InfluxDB takes it; what it lacks is told on stderr";
  addCommand(program, 'permissions', permissions, 'permissions --user 0a1b2c3d4e5f6071 > authorization.json')
    .option('--user <id>', 'print the whole request that makes this user such a token')
    .action(async (options: Options & PermissionsOptions) => {
      const { showPermissions } = await import('./permissions.ts');
      settles(await showPermissions(await whomToAsk(options), options));
    });
}
