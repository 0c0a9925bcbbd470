import type { ConsumerReport } from '../../lambda/engine/report/report.ts';
import type { ReasonCode } from '../../lambda/log/reason-codes.ts';

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
