import { type Configuration, parseConfiguration } from './configuration.ts';
import { parseJson } from './json-text.ts';
import { buildIn, formatParsed } from './parsed-form.ts';

const SOURCE = 'rotation.json';

/**
 * @param evidence where it is kept, if the environment says it. Defaults follow from it.
 * @throws {ConfigurationError} with every problem at once.
 */
export function parseWritten(file: Uint8Array, evidence: Configuration['evidence']): Configuration {
  const written = parseJson(file, SOURCE);
  return parseConfiguration(evidence === undefined ? written : { ...(written as object), evidence }, SOURCE);
}

/**
 * What goes beside `rotation.json` as `PARSED_FILE`, so that the function need not parse and check it at each cold start.
 * @param handler the text of the built handler that will read it.
 * @param isEvidenceElsewhere whether the environment will say where evidence is kept.
 */
export function parsedFormOf(file: Uint8Array, handler: string, isEvidenceElsewhere = false): string {
  const build = buildIn(handler);
  if (build === undefined) throw new Error('this is no built handler: run npm run build');
  // Which place it is will be known where the function runs.
  const configuration = parseWritten(file, isEvidenceElsewhere ? { folder: 'elsewhere' } : undefined);
  return formatParsed(configuration, { file, build, isEvidenceElsewhere });
}
