import createCompletion from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { PROGRAM } from '../status/next-command.ts';
import { print } from '../terminal.ts';

/**
 * Asks the program, as the library's own script does; but that one needs the package bash-completion, and evaluates what
 * stands on the line, a command substitution included.
 */
const BASH = `_influxdb_token_rotation() {
  local IFS=$'\\n' found
  found=$(${PROGRAM} complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | sed -n 's/\\t.*//; /^[a-z-]/p')
  COMPREPLY=($(compgen -W "$found" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _influxdb_token_rotation ${PROGRAM}`;

/** The command that prints what a shell reads at its start, and the hidden one that the shell asks then. Comes last. */
export function addCompletion(program: Command): void {
  const completion = createCompletion(program, { completionCommandName: 'completion' });
  program.commands
    .find((command) => command.name() === 'completion')
    ?.description('what completes commands and options in your shell')
    .addHelpText('after', `\nExample: eval "$(${PROGRAM} completion bash)"`)
    .action((shell: string) => (shell === 'bash' ? print([BASH]) : completion.setup(PROGRAM, PROGRAM, shell)));
}
