import type { ConsumerFile } from '../config/file/schema.ts';
import { parseJson } from '../config/json-text.ts';
import { ConfigurationError, type Problem } from '../config/problems.ts';
import { type ConfigurationOfMany, checkedConsumers } from '../config/scale.ts';

const MOST_TOLD = 20;

/**
 * The consumers of a manifest: JSON lines, each an object like one of `consumers` in a configuration. All of them are
 * checked together, as those of one configuration are.
 * @param source what the error calls the manifest.
 * @throws {ConfigurationError} that names the lines; of many only the first.
 */
export function readManifest(base: ConfigurationOfMany, text: string, source: string): readonly ConsumerFile[] {
  const { values, lines, problems } = linesOf(text);
  if (values.length + problems.length === 0) problems.push({ path: '', message: 'has no consumers: write one a line' });
  if (problems.length > 0) throw new ConfigurationError(source, few(problems));
  try {
    return checkedConsumers(base, values, source);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const inLines = (said: string) =>
      said.replace(/\bconsumers\[(\d+)\]/g, (_, index) => `line ${lines[Number(index)]}`);
    const told = error.problems.map((each) => ({ ...each, path: inLines(each.path), message: inLines(each.message) }));
    throw new ConfigurationError(source, few(told));
  }
}

function linesOf(text: string) {
  const values: unknown[] = [];
  const lines: number[] = [];
  const problems: Problem[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    try {
      values.push(parseJson(line, ''));
      lines.push(index + 1);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      const at = `line ${index + 1}`;
      problems.push(...error.problems.map((each) => ({ ...each, path: each.path ? `${at}.${each.path}` : at })));
    }
  }
  return { values, lines, problems };
}

/** An error says what can be read. */
function few(problems: readonly Problem[]): Problem[] {
  const more = problems.length - MOST_TOLD;
  const told = problems.slice(0, MOST_TOLD);
  return more > 0 ? [...told, { path: '', message: `${more} more problems are not listed` }] : told;
}

/** In parts that differ by one consumer at most. */
export function batchesOf<T>(all: readonly T[], size: number): T[][] {
  const count = Math.ceil(all.length / size);
  const startOf = (batch: number) => Math.floor((batch * all.length) / count);
  return Array.from({ length: count }, (_, batch) => all.slice(startOf(batch), startOf(batch + 1)));
}
