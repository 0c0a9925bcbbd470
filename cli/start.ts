import { Command, Option } from 'commander';
import { demonstrate } from '../demo/demonstrate.ts';
import { ACTIONS, type Action } from '../lambda/requests/request.ts';
import type { TokenMode } from '../local/influxdb/store.ts';
import { runOnce } from './run-once.ts';

// npm start: the demonstration, or one run against real endpoints.

interface Options {
  readonly json: boolean;
  readonly config?: string;
  readonly action?: Action;
  readonly tokens: TokenMode;
}

const program = new Command('npm start --')
  .description(
    'Without --config: the life of the consumers in demo/rotation.json on embedded servers, over simulated days.',
  )
  .option('--json', 'print one JSON object on stdout, progress on stderr', false)
  .option(
    '--config <file>',
    'one run (or see --action) against the real endpoints that FILE and the AWS environment name',
  )
  .addOption(
    new Option(
      '--action <action>',
      'with --config: plan and status change nothing, and status fails for no consumer',
    ).choices(ACTIONS),
  )
  .addOption(
    new Option('--tokens <mode>', 'how the embedded InfluxDB keeps tokens')
      .choices(['hashed', 'plain', 'cloud'])
      .default('hashed'),
  )
  .configureOutput({ writeErr: (text) => process.stderr.write(text) })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

// A reader that has seen enough, such as `| head`, is not an error.
process.stdout.on('error', () => process.exit(0));

const { json, config, action, tokens } = program.parse().opts<Options>();
if (config === undefined && action !== undefined)
  program.error('error: --action needs --config FILE: the demonstration shows whole lives');
process.exitCode = config === undefined ? await demonstrate(json, tokens) : await runOnce(config, action);
