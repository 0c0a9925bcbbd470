import { readFileSync } from 'node:fs';
import { type Configuration, parseConfigurationText } from '../lambda/config/configuration.ts';
import { formatDuration } from '../lambda/config/duration.ts';
import { ConfigurationError } from '../lambda/config/problems.ts';
import type { TokenMode } from '../local/influxdb/store.ts';
import { live } from './life.ts';
import { View } from './view.ts';

/**
 * Shows the life of the consumers in demo/rotation.json, on embedded servers and a simulated clock.
 * @param asJson true to print the figures on stdout as one JSON object, and the progress on stderr.
 * @returns the exit code: 0 if every promise was kept, 1 if not, 2 if the configuration is bad.
 */
export async function demonstrate(asJson: boolean, mode: TokenMode): Promise<number> {
  const view = new View((line) => (asJson ? process.stderr : process.stdout).write(`${line}\n`));
  const configuration = readConfiguration('demo/rotation.json');
  if (configuration === undefined) return 2;
  view.introduce(mode, formatDuration(configuration.scheduleMs));
  const figures = await live({
    configuration: mode === 'cloud' ? onCloud(configuration) : configuration,
    tokens: mode,
    onRun: (story) => view.show(story),
    onService: (rotation) => view.showService(rotation),
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

/** On InfluxDB Cloud, the user who owns the rotator's token is the only possible owner. */
function onCloud(configuration: Configuration): Configuration {
  return {
    ...configuration,
    influxdb: { ...configuration.influxdb, cloud: true },
    consumers: configuration.consumers.map((settings) => ({ ...settings, owner: undefined })),
  };
}
