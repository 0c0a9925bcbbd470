import { readFileSync } from 'node:fs';
import { type Configuration, parseConfigurationText } from '../lambda/config/configuration.ts';
import { formatDuration } from '../lambda/config/duration.ts';
import { ConfigurationError } from '../lambda/config/problems.ts';
import type { RunReport } from '../lambda/engine/report/report.ts';
import type { TokenMode } from '../local/influxdb/store.ts';
import { type LifeOptions, live } from './life.ts';
import { View } from './view.ts';

/**
 * Shows the life of the consumers in demo/rotation.json, on embedded servers and a simulated clock.
 * @param onEnd is told how everything is at the end, and says in a line what became of it.
 * @param asJson true to print the figures on stdout as one JSON object, and the progress on stderr.
 * @returns the exit code: 0 if every promise was kept, 1 if not, 2 if the configuration is bad.
 */
export async function demonstrate(
  asJson: boolean,
  mode: TokenMode,
  { evidence, onEnd }: Pick<LifeOptions, 'evidence'> & { readonly onEnd: (status: RunReport) => Promise<string> },
): Promise<number> {
  const print = (line: string) => (asJson ? process.stderr : process.stdout).write(`${line}\n`);
  const view = new View(print);
  const configuration = readConfiguration('demo/rotation.json');
  if (configuration === undefined) return 2;
  view.introduce(mode, formatDuration(configuration.scheduleMs));
  let ended = '';
  const figures = await live({
    configuration: mode === 'cloud' ? onCloud(configuration) : configuration,
    tokens: mode,
    onRun: (story) => view.show(story),
    onService: (rotation) => view.showService(rotation),
    evidence,
    onEnd: async (status) => {
      ended = await onEnd(status);
    },
  });
  view.summary(figures);
  print(ended);
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

/** On InfluxDB Cloud, the user who owns the rotator's token is the only possible owner. */
function onCloud(configuration: Configuration): Configuration {
  return {
    ...configuration,
    influxdb: { ...configuration.influxdb, cloud: true },
    consumers: configuration.consumers.map((settings) => ({ ...settings, owner: undefined })),
  };
}
