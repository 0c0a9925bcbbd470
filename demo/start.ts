import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { type Configuration, parseConfigurationText } from '../lambda/config/configuration.ts';
import { formatDuration } from '../lambda/config/duration.ts';
import { ConfigurationError } from '../lambda/config/problems.ts';
import type { TokenMode } from '../local/influxdb/store.ts';
import { live } from './life.ts';
import { runOnce } from './once.ts';
import { View } from './view.ts';

interface Options {
  readonly json: boolean;
  readonly config?: string;
  readonly tokens: TokenMode;
}

const program = new Command('npm start --')
  .description(
    'Without --config: the life of the consumers in demo/rotation.json on embedded servers, over simulated days.',
  )
  .option('--json', 'print one JSON object on stdout, progress on stderr', false)
  .option('--config <file>', 'one run against the real endpoints that FILE and the AWS environment name')
  .addOption(
    new Option('--tokens <mode>', 'how the embedded InfluxDB keeps tokens')
      .choices(['hashed', 'plain', 'cloud'])
      .default('hashed'),
  )
  .configureOutput({ writeErr: (text) => process.stderr.write(text) })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

// A reader that has seen enough, like `| head`, is no error.
process.stdout.on('error', () => process.exit(0));

const { json, config, tokens } = program.parse().opts<Options>();
process.exitCode = config === undefined ? await demonstrate(json, tokens) : await runOnce(config);

/** @returns the exit code: 0 if everything held, 1 if not. */
async function demonstrate(asJson: boolean, mode: TokenMode): Promise<number> {
  const view = new View((line) => (asJson ? process.stderr : process.stdout).write(`${line}\n`));
  const configuration = readConfiguration('demo/rotation.json');
  if (configuration === undefined) return 2;
  view.introduce(mode, formatDuration(configuration.scheduleMs));
  const figures = await live({
    configuration: mode === 'cloud' ? onCloud(configuration) : configuration,
    tokens: mode,
    onRun: (story) => view.show(story),
  });
  view.summary(figures);
  if (asJson) process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`);
  const good =
    figures.violations.length === 0 && figures.oldTokensAccepted === 0 && figures.failedRequestsOfConsumers === 0;
  return good && figures.newTokensAccepted > 0 ? 0 : 1;
}

function readConfiguration(file: string): Configuration | undefined {
  try {
    return parseConfigurationText(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  }
}

/** On Cloud the user behind the rotator's token is the only owner there is. */
function onCloud(configuration: Configuration): Configuration {
  return {
    ...configuration,
    influxdb: { ...configuration.influxdb, cloud: true },
    consumers: configuration.consumers.map((settings) => ({ ...settings, owner: undefined })),
  };
}
