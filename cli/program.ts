import { Command, CommanderError } from 'commander';
import { addActs } from './commands/acts.ts';
import { addCompletion } from './commands/completion.ts';
import { addLooks } from './commands/looks.ts';
import { addSetup } from './commands/setup.ts';
import type { Settle } from './options.ts';
import { PROGRAM } from './typed.ts';
import { tellingMisuse } from './usage.ts';

const EXIT_CODES = `
Exit codes: 0 done, 1 something failed, 2 wrong usage or configuration, 3 out of policy (status --gate).
The AWS account, Region and credentials are those of the environment, as for the AWS CLI.`;

/** @returns the exit code. */
export async function runProgram(args: readonly string[]): Promise<number> {
  let code = 0;
  const program = programWith((exitCode) => {
    code = exitCode;
  });
  return tellingMisuse(async () => {
    try {
      await program.parseAsync(args, { from: 'user' });
      return code;
    } catch (error) {
      if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
      throw error;
    }
  });
}

/** All commands, with their options. */
export function programWith(settles: Settle): Command {
  const program = new Command(PROGRAM)
    .description('Asks the function that rotates InfluxDB tokens how they are, and for what a person needs.')
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError(`(${PROGRAM} --help lists the commands, and each has a --help with an example)`)
    .exitOverride();
  addLooks(program, settles);
  addActs(program, settles);
  addSetup(program, settles);
  addCompletion(program);
  return program;
}
