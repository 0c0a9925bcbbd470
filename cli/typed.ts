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

/** A word of a shell. */
export function quoted(text: string): string {
  return /^[\w/.:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
