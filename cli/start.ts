import { Command, Option } from 'commander';
import { demonstrate } from '../demo/demonstrate.ts';
import type { TokenMode } from '../local/influxdb/store.ts';
import { EvidenceMemory } from '../simulation/evidence-memory.ts';
import { runProgram } from './program.ts';
import { writeDemonstrated } from './report/demonstrated.ts';
import { runOnce } from './run-once.ts';
import { outliveReaders } from './terminal.ts';

// npm start: the demonstration, or one run against real endpoints: for scripts the report, for people as the program
// shows it.

interface Options {
  readonly json: boolean;
  readonly config?: string;
  readonly action?: string;
  readonly request?: string;
  readonly tokens: TokenMode;
}

const BEFORE_OPTIONS = 'put -- before the options: npm start -s -- --config FILE';

const program = new Command('npm start --')
  .description(
    'Without --config: the life of the consumers in demo/rotation.json on embedded servers, over simulated days.',
  )
  .option('--json', 'print one JSON object on stdout, progress on stderr', false)
  .option(
    '--config <file>',
    'one run (or see --action and --request) against the real endpoints that FILE and the AWS environment name; on a terminal its plan first, and a question',
  )
  .addOption(
    new Option(
      '--action <action>',
      'with --config: plan and status change nothing, and status fails for no consumer',
    ).choices(['run', 'plan', 'status']),
  )
  .option('--request <json>', 'with --config: any request of docs/commands.md')
  .addOption(
    new Option('--tokens <mode>', 'how the embedded InfluxDB keeps tokens')
      .choices(['hashed', 'plain', 'cloud'])
      .default('hashed'),
  )
  .configureOutput({ writeErr: (text) => process.stderr.write(text) })
  .exitOverride((error) => {
    if (error.code === 'commander.excessArguments') process.stderr.write(`${BEFORE_OPTIONS}\n`);
    process.exit(error.exitCode === 0 ? 0 : 2);
  });

const { json, config, action, request, tokens } = program.parse().opts<Options>();
// npm keeps an option of its command line to itself, unless `--` stands before it, and passes it on in the environment.
const kept = (['config', 'action', 'request', 'tokens'] as const).filter(
  (name) => process.env[`npm_config_${name}`] && program.getOptionValueSource(name) !== 'cli',
);
if (kept.length > 0)
  program.error(`error: npm kept ${kept.map((name) => `--${name}`).join(' and ')} to itself; ${BEFORE_OPTIONS}`);
if (config === undefined && (action ?? request) !== undefined)
  program.error('error: --action and --request need --config FILE: the demonstration shows whole lives');
const ofDemonstration = (['json', 'tokens'] as const).filter((name) => program.getOptionValueSource(name) === 'cli');
if (config !== undefined && ofDemonstration.length > 0)
  program.error(
    `error: ${ofDemonstration.map((name) => `--${name}`).join(' and ')} cannot be combined with --config, because the demonstration alone has it. With --config, a script always gets JSON, and the server is the real one`,
  );
if (action !== undefined && request !== undefined)
  program.error('error: --action and --request exclude each other: --request names its action itself');
outliveReaders();
// Nothing is left to do for a demonstration that nobody sees.
if (config === undefined) process.stdout.on('error', () => process.exit(0));
const isForPeople =
  request === undefined && [process.stdin, process.stdout, process.stderr].every(({ isTTY }) => isTTY);
const evidence = new EvidenceMemory();
if (config === undefined)
  process.exitCode = await demonstrate(json, tokens, {
    evidence,
    onEnd: (status) => writeDemonstrated(evidence, status),
  });
else if (isForPeople) process.exitCode = await runProgram([action ?? 'run', '--local', '--config', config]);
else process.exitCode = await runOnce(config, request === undefined ? { action: action ?? 'run' } : requestIn(request));

function requestIn(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below.
  }
  return program.error(`error: --request is no JSON object, such as '{"action":"status","consumers":["telegraf"]}'`);
}
