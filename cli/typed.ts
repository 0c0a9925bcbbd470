export const PROGRAM = 'influxdb-token-rotation';

/** A command of the program as a person types it where they are. */
export type Typed = (command: string) => string;

/** By what npm says of how this program was started. */
export const typedHere: Typed = (command) => `${programAsTyped(process.env)} ${command}`;

/** @param whom the options that name whom to ask, as they were given. */
export function typedFor(whom: string): Typed {
  return (command) => typedHere(`${command}${whom}`);
}

function programAsTyped({ npm_command: command, npm_lifecycle_event: script }: NodeJS.ProcessEnv): string {
  if (command === 'exec') return `npx ${PROGRAM}`;
  return script === 'cli' || script === 'start' ? 'npm run -s cli --' : PROGRAM;
}

/** One word of a shell, whatever is in it. What a terminal would obey is written out, as bash, zsh and ksh read it. */
export function quoted(text: string): string {
  if (/^[\w/.:@%+,-][\w/.:=@%+,-]*$/.test(text)) return text;
  if (!UNSEEN.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  return `$'${text.replaceAll(/['\\]/g, '\\$&').replaceAll(UNSEEN_ALL, asEscape)}'`;
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const UNSEEN_ALL = new RegExp(UNSEEN, 'gu');

function asEscape(character: string): string {
  return Buffer.from(character).toString('hex').replaceAll(/../g, '\\x$&');
}
