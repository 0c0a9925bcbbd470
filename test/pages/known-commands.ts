import { CommanderError } from 'commander';
import { programWith } from '../../cli/program.ts';
import { PROGRAM } from '../../cli/typed.ts';
import packageJson from '../../package.json' with { type: 'json' };

/** npm's own words that pages use; `start` and `test` are scripts, too. */
const OF_NPM = ['ci', 'install', 'pack', 'start', 'test'];
const OF_CDK = ['bootstrap', 'deploy', 'destroy', 'diff', 'synth'];
/** The stack of a user's own app, as in the example, needs no file to be named. */
const NEEDS_NO_FILE = ['synth'];
const OF_INFLUX = ['auth create', 'auth delete', 'auth inactive', 'auth list', 'config create'];
const OF_TERRAFORM = ['apply', 'destroy', 'init', 'output', 'plan', 'state'];
/** What stands on any desk, or on the one that its page asks for. */
const OF_OTHERS = [
  'cp',
  'curl',
  'cut',
  'git',
  'grep',
  'head',
  'jq',
  'mv',
  'node',
  'rm',
  'sha256sum',
  'sleep',
  'tr',
  'zip',
];

/**
 * What is wrong with a command, as far as that can be known without the command being run; undefined if nothing is. What
 * is typed for AWS is held to the AWS CLI itself, by `test/deploy/typed-for-aws.test.ts`.
 */
export function problemWith([program = '', ...words]: readonly string[]): string | undefined {
  const [first = '', second = '', ...rest] = words;
  const oneOf = (known: readonly string[], word: string) =>
    known.includes(word) ? undefined : `${program} has no command ${word}`;
  switch (program) {
    case PROGRAM:
      return problemWithOurs(words);
    case 'npx':
      return problemWith(words);
    case 'npm':
      return first === 'run'
        ? problemWithScript([second, ...rest].filter((word) => word !== '-s'))
        : oneOf(OF_NPM, first);
    case 'cdk':
      if (words.includes('-c') || NEEDS_NO_FILE.includes(first)) return oneOf(OF_CDK, first);
      return `cdk ${first} has no -c config=FILE`;
    case 'influx':
      return oneOf(OF_INFLUX, `${first} ${second}`);
    case 'terraform':
      return oneOf(OF_TERRAFORM, first);
    case 'aws':
      return undefined;
    default:
      return OF_OTHERS.includes(program) ? undefined : `${program} is not known here`;
  }
}

function problemWithScript([script = '', dashes, ...words]: readonly string[]): string | undefined {
  if (!(script in packageJson.scripts)) return `package.json has no script ${script}`;
  return script === 'cli' && dashes === '--' ? problemWithOurs(words) : undefined;
}

/** Read by the program's own parser, which then does nothing. */
function problemWithOurs(words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  const program = programWith(() => {});
  const quiet = { writeErr: () => {}, writeOut: () => {} };
  for (const command of program.configureOutput(quiet).commands) command.configureOutput(quiet).action(() => {});
  try {
    program.parse(words, { from: 'user' });
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? undefined : `${error.message} (${error.code})`;
    throw error;
  }
}
