import { CodedError } from '../log/coded-error.ts';
import type { Mend } from '../log/mend.ts';
import { couldBeSecret, withoutSecrets } from './token-text.ts';

/** One thing that is wrong with a configuration. */
export interface Problem {
  /** Where: `consumers[1].gracePeriod`; empty for the configuration as a whole. */
  readonly path: string;
  /** What is wrong, what is allowed, and what to do. */
  readonly message: string;
  /** The value found; left out if it is missing or could be a secret. One that looks like a token is never shown. */
  readonly value?: unknown;
  /** Where the key was expected, if it is missing: any one of these paths would do. */
  readonly expectedAt?: readonly string[];
  /** Where the misspelt key would have been right. */
  readonly meant?: string;
  /** What the value should be, where that is certain. */
  readonly right?: unknown;
  /** What mends it beside the file. */
  readonly mends?: readonly Mend[];
}

/** Without what only follows from a misspelt key: that the key it should have been is missing. */
export function withoutConsequences(problems: readonly Problem[]): Problem[] {
  const meant = problems.flatMap(({ meant }) => meant ?? []);
  const explained = (path: string) =>
    meant.some((each) => path === each || (/^[.[]/.test(path.slice(each.length)) && path.startsWith(each)));
  return problems.filter(({ expectedAt }) => expectedAt?.some(explained) !== true);
}

/** The configuration cannot be used. Its message lists every problem, one a line. */
export class ConfigurationError extends CodedError {
  override readonly name = 'ConfigurationError';
  override readonly code = 'CONFIGURATION';
  readonly problems: readonly Problem[];

  constructor(source: string, found: readonly Problem[]) {
    const problems = found.map(withoutTokens);
    super(listProblems(source, problems));
    this.problems = problems;
  }
}

/** All of them, one a line, none of which shows what could be a token. */
export function listProblems(source: string, found: readonly Problem[]): string {
  const problems = found.map(withoutTokens);
  const count = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
  return [`${source} has ${count}:`, ...problems.map((problem) => `  ${describe(problem)}`)].join('\n');
}

/** Whatever the key, since people put things into the wrong places; even a key can be one. */
function withoutTokens({ path, message, value, expectedAt: _, ...mending }: Problem): Problem {
  const shown = { path: withoutSecrets(path), message, ...mending };
  if (value === undefined) return shown;
  return couldBeSecret(JSON.stringify(value) ?? '')
    ? { ...shown, message: `${message} (what was found is not shown, since it could be a token)` }
    : { ...shown, value };
}

function describe({ path, message, value }: Problem): string {
  const where = path === '' ? '' : `${path}: `;
  return `${where}${message}${value === undefined ? '' : ` (found ${shorten(JSON.stringify(value))})`}`;
}

const LONGEST = 80;

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Turns `['consumers', 1, 'name']` into `consumers[1].name`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    const name = key === '' ? '""' : String(key);
    return text === '' ? name : `${text}.${name}`;
  }, '');
}
