import { USUAL } from './setup/usual.ts';

export const PROGRAM = 'influxdb-token-rotation';

/**
 * A command of the program as a person types it where they are.
 * @param where it asks whom the present command asks, or it runs `here`, where the person is, and takes the configuration.
 */
export type Typed = (command: string, where?: 'asks' | 'here') => string;

/** By what npm says of how this program was started. */
export function typedHere(command: string): string {
  return `${programAsTyped(process.env)} ${command}`;
}

/**
 * @param whom the options that name whom to ask, as they were given.
 * @param file the configuration, if it was given.
 */
export function typedFor(whom: string, file: string = USUAL.file): Typed {
  return (command, where = 'asks') => typedHere(`${command}${where === 'asks' ? whom : ` --config ${quoted(file)}`}`);
}

/** Of commands for which the handler runs here. */
export function typedLocally(file: string): Typed {
  return typedFor(` --local --config ${quoted(file)}`, file);
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
