import { type Configuration, parseConfiguration } from './configuration.ts';
import { EVENT_BUS_VARIABLE } from './event-bus.ts';
import { EVIDENCE_VARIABLE, evidenceAt } from './evidence-place.ts';
import { parseJson } from './json-text.ts';
import { NEWS_TOPIC_VARIABLE, withTopic } from './news.ts';

/**
 * The configuration of the function as it is deployed: its file, and what the construct alone knows, from the environment.
 * @throws {ConfigurationError} with every problem at once.
 */
export function deployedConfiguration(
  file: Uint8Array,
  environment: Readonly<Record<string, string | undefined>>,
): Configuration {
  const { [EVENT_BUS_VARIABLE]: bus, [NEWS_TOPIC_VARIABLE]: topic, [EVIDENCE_VARIABLE]: place } = environment;
  const source = 'rotation.json';
  const written = parseJson(file, source);
  const evidence = place ? evidenceAt(place) : undefined;
  // Before it is read, since defaults follow from it.
  const whole = evidence === undefined ? written : { ...(written as object), evidence };
  const configuration = parseConfiguration(whole, source);
  return { ...configuration, news: withTopic(configuration.news, topic), ...(bus && { events: { bus } }) };
}
