import { type Command, Option } from 'commander';
import { about, addCommand, JSON_OPTION, type Options, type Settle } from '../options.ts';
import { FORMATS } from '../report/format.ts';
import { whomToAsk } from '../whom-to-ask.ts';
import type { CheckOptions } from './check.ts';
import type { PermissionsOptions } from './permissions.ts';
import type { ReportOptions } from './report.ts';
import type { StatusOptions } from './status.ts';
import type { VerifyOptions } from './verify-evidence.ts';

/** The commands that change nothing. Each is loaded only where it is typed. */
export function addLooks(program: Command, settles: Settle): void {
  const status = 'how the consumers are, the worst first; of one, all that is known';
  addCommand(program, 'status [consumer]', status, 'status --gate')
    .option(...JSON_OPTION)
    .option('--all', 'each consumer has its line, however many there are')
    .addOption(
      new Option('--watch', 'look again every 10 seconds, until it is interrupted').conflicts(['gate', 'json']),
    )
    .addOption(
      new Option('--html <file>', 'also write it as a page for people, where no file may be').conflicts('watch'),
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
  addReport(program, settles);
  addVerification(program, settles);
}

function addReport(program: Command, settles: Settle): void {
  const what = 'what the evidence says of a period: who has which token, what was done, what failed, for auditors';
  addCommand(program, 'report', what, 'report --evidence s3://BUCKET/PREFIX --from 2026-01-01 --to 2026-03-31')
    .option('--from <time>', 'a date of UTC, or a time (default: the 90 days before the end)')
    .option('--to <time>', 'a date, which is part of the period, or a time (default: now)')
    .addOption(new Option('--format <format>', 'for whom it is').choices(FORMATS).default('html'))
    .addOption(new Option('--json', 'the same as --format json').default(false).conflicts('format'))
    .option('--output <file>', 'write it here, where no file may be; by default it is printed')
    .option('--evidence <place>', 'where the records are: s3://BUCKET/PREFIX, or a folder')
    .option('--deployment <name>', 'whose records are read; by default those of the function that is asked')
    .action(async (options: ReportOptions) => {
      const { makeReport } = await import('./report.ts');
      settles(await makeReport(options));
    });
}

function addVerification(program: Command, settles: Settle): void {
  const what = 'whether the evidence is as it was written; if not, the first record that is not';
  addCommand(program, 'verify-evidence', what, 'verify-evidence --evidence s3://BUCKET/PREFIX --deployment prod')
    .option('--evidence <place>', 'where it is: s3://BUCKET/PREFIX, or a folder; by default, the function says so')
    .option('--deployment <name>', 'whose it is; with --evidence and this, no function is asked')
    .option('--head <number:hash>', 'a record that was noted before: it must be there, and the same')
    .option('--retention <duration>', 'how long the bucket keeps records, as 400d: older ones may be gone')
    .option('--sample <number>', 'of how many consumers the latest record is compared with their tokens now', '20')
    .option(...JSON_OPTION)
    .action(async (options: VerifyOptions) => {
      const { showVerification } = await import('./verify-evidence.ts');
      settles(await showVerification(options));
    });
}
