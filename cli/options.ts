import { type Command, Option } from 'commander';
import { PROGRAM } from './typed.ts';

/** What every command takes: whom to ask. */
export interface Options {
  readonly function?: string;
  readonly stack?: string;
  readonly local: boolean;
  readonly config?: string;
}

/** Of every command that prints for people otherwise. */
export const JSON_OPTION = ['--json', 'print JSON on stdout', false] as const;

/** Is told the exit code of the command that was run. */
export type Settle = (exitCode: number) => void;

/** A command with the options of all, and an example in its help. */
export function addCommand(program: Command, usage: string, what: string, example: string): Command {
  return program
    .command(usage)
    .description(what)
    .option('--function <name>', 'the function to ask; by default the only one')
    .addOption(new Option('--stack <name>', 'the function of this stack').conflicts('function'))
    .addOption(
      new Option('--local', 'run the handler here, not in AWS').default(false).conflicts(['function', 'stack']),
    )
    .option('--config <file>', 'with --local: the configuration')
    .addHelpText('after', `\nExample: ${PROGRAM} ${example}`);
}

/** The consumers that were named; nothing for all. */
export function about(names: readonly string[]): { readonly consumers?: readonly string[] } {
  return names.length === 0 ? {} : { consumers: names };
}
