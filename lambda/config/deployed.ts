import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from './configuration.ts';
import { EVENT_BUS_VARIABLE } from './event-bus.ts';
import { EVIDENCE_VARIABLE, evidenceAt } from './evidence.ts';
import { NEWS_TOPIC_VARIABLE, withTopic } from './news.ts';
import { BUILD, PARSED_FILE, readParsed } from './parsed-form.ts';

/** The files beside the handler. */
export interface DeployedFiles {
  /** `rotation.json`, as people wrote it. */
  readonly file: Uint8Array;
  /** What the construct made of it; undefined where it made nothing. */
  readonly parsed: Uint8Array | undefined;
}

export function filesIn(folder: string): DeployedFiles {
  const parsed = join(folder, PARSED_FILE);
  return {
    file: readFileSync(join(folder, 'rotation.json')),
    parsed: existsSync(parsed) ? readFileSync(parsed) : undefined,
  };
}

/**
 * The configuration of the function as it is deployed: its file, and what the construct alone knows, from the environment.
 * The file was checked when it was deployed. It is parsed and checked anew only where its parsed form is not of this very
 * file, and only then the code for that is set up.
 * @throws {ConfigurationError} with every problem at once.
 */
export async function deployedConfiguration(
  { file, parsed }: DeployedFiles,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Configuration> {
  const { [EVENT_BUS_VARIABLE]: bus, [NEWS_TOPIC_VARIABLE]: topic, [EVIDENCE_VARIABLE]: place } = environment;
  const evidence = place ? evidenceAt(place) : undefined;
  const from = { file, build: BUILD, isEvidenceElsewhere: evidence !== undefined };
  const configuration = (parsed && readParsed(parsed, from)) ?? (await parse(file, evidence));
  return {
    ...configuration,
    ...(evidence && { evidence }),
    news: withTopic(configuration.news, topic),
    ...(bus && { events: { bus } }),
  };
}

async function parse(file: Uint8Array, evidence: Configuration['evidence']): Promise<Configuration> {
  const { parseWritten } = await import('./written.ts');
  return parseWritten(file, evidence);
}
