import { Argument, type Command } from 'commander';
import { print } from '../terminal.ts';
import { PROGRAM } from '../typed.ts';

/** What a shell reads at its start. Each asks the program for the words that fit, one a line: the word, a tab, what it is. */
const SCRIPTS = {
  bash: `_influxdb_token_rotation() {
  local IFS=$'\\n'
  COMPREPLY=($(${PROGRAM} complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o default -F _influxdb_token_rotation ${PROGRAM}`,
  zsh: `_influxdb_token_rotation() {
  local -a found
  found=("\${(@f)$(${PROGRAM} complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=("\${found[@]/$'\\t'/:}")
  if [[ -n $found ]]; then _describe command found; else _files; fi
}
compdef _influxdb_token_rotation ${PROGRAM}`,
  fish: `complete -c ${PROGRAM} -f -a '(${PROGRAM} complete -- (commandline -opc)[2..] "$(commandline -ct)" 2>/dev/null)'
complete -c ${PROGRAM} -l config -r -F`,
} as const;

type Shell = keyof typeof SCRIPTS;

/** The command that prints such a script, and the hidden one that it calls. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('what completes commands and options in your shell')
    .addArgument(new Argument('<shell>').choices(Object.keys(SCRIPTS)))
    .addHelpText('after', `\nExample: eval "$(${PROGRAM} completion bash)"`)
    .action((shell: Shell) => print([SCRIPTS[shell]]));
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action((words: string[]) => print(fitting(program, words)));
}

/** @param words what stands on the line, up to the one that is to be completed. */
function fitting(program: Command, words: readonly string[]): string[] {
  const help = program.createHelp();
  const begun = words.at(-1) ?? '';
  const [name] = words.length > 1 ? words : [];
  const command = program.commands.find((each) => each.name() === name);
  const of = (word: string, what: string) => ({ word, what });
  const all =
    name === undefined
      ? help.visibleCommands(program).map((each) => of(each.name(), each.description()))
      : [
          ...(command?.registeredArguments ?? []).flatMap(({ argChoices = [] }) =>
            argChoices.map((each) => of(each, '')),
          ),
          ...(command === undefined || !begun.startsWith('-') ? [] : help.visibleOptions(command)).map((each) =>
            of(each.long ?? '', each.description),
          ),
        ];
  return all.filter(({ word }) => word.startsWith(begun)).map(({ word, what }) => `${word}\t${what}`);
}
