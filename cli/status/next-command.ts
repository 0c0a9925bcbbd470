import type { ConsumerReport } from '../../lambda/engine/report/report.ts';
import type { ReasonCode } from '../../lambda/log/reason-codes.ts';

export const PROGRAM = 'influxdb-token-rotation';

/** A command of the program as a person types it where they are. */
export type Typed = (command: string) => string;

/**
 * @param whom the options that name whom to ask, as they were given.
 * @param file the configuration, for a command that asks no function.
 */
export function typedFor(whom: string, file = 'FILE'): Typed {
  return (command) => `${program()} ${command}${command === 'discover' ? ` --config ${file}` : whom}`;
}

/** As it is typed here. */
export function program(): string {
  return programAsTyped(process.env);
}

/** By what npm says of how it was started. */
function programAsTyped({ npm_command: command, npm_lifecycle_event: script }: NodeJS.ProcessEnv): string {
  if (command === 'exec') return `npx ${PROGRAM}`;
  return script === 'cli' || script === 'start' ? 'npm run -s cli --' : PROGRAM;
}

type Next = (consumer: string, about: ConsumerReport['why']) => string;

const ROTATE: Next = (consumer) => `rotate ${consumer} --force --reason "…"`;
const RUN: Next = (consumer) => `run ${consumer}`;
const PERMISSIONS: Next = () => 'permissions';

/** What a person does about a code, where a command does it. The others say in their sentence what to do. */
const NEXT: Partial<Record<ReasonCode, Next>> = {
  SWITCHED_OFF_BY_HAND: ROTATE,
  CURRENT_REFUSED: ROTATE,
  MISSING_AND_REPORTED: ROTATE,
  TOO_MANY_MISSING: ROTATE,
  WRITTEN_AGAIN: ROTATE,
  OTHER_WRITER: ROTATE,
  CURRENT_COMPROMISED: RUN,
  RIGHT_MISSING: PERMISSIONS,
  OWN_RIGHTS_LACKING: PERMISSIONS,
  ROTATION_HANGS: (consumer, { versionId }) => `resume ${consumer} ${versionId} --reason "…"`,
};

/** What to type next; undefined where a command changes nothing. */
export function nextCommand({ consumer, state, why, obstacle }: ConsumerReport): string | undefined {
  const about = obstacle ?? why;
  const next = NEXT[about.code] ?? (state === 'acting' ? RUN : undefined);
  return next?.(consumer, about);
}
