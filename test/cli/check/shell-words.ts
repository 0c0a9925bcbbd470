/** The words of a line as a shell reads them, with its variables filled in; pipes and `||` part its commands. */
export function commandsIn(line: string, environment: Readonly<Record<string, string | undefined>>): string[][] {
  const commands: string[][] = [[]];
  for (const [text] of line.matchAll(/\|\|?|(?:'[^']*'|"[^"]*"|\\.|[^\s|'"\\])+/g)) {
    if (text === '||') throw new Error('a remedy is one command, or one pipe');
    if (text === '|') commands.push([]);
    else commands.at(-1)?.push(wordOf(text, environment));
  }
  return commands;
}

function wordOf(text: string, environment: Readonly<Record<string, string | undefined>>): string {
  const filled = (part: string) => part.replaceAll(/\$(\w+)/g, (_, name) => environment[name] ?? '');
  return [...text.matchAll(/'([^']*)'|"([^"]*)"|\\(.)|([^'"\\]+)/g)]
    .map(([, single, double, escaped, bare]) => single ?? escaped ?? filled(double ?? bare ?? ''))
    .join('');
}
