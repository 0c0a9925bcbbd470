import { isLeakAsked } from './asked.ts';
import type { Decision } from './decision.ts';
import type { Facts } from './facts.ts';
import type { Reason } from './reason.ts';

const QUIET: ReadonlySet<Decision['state']> = new Set(['idle', 'waiting', 'acting']);

/**
 * T4: an older token that should have ended, and that the rotator's token may not see, lives on for ever unless somebody
 * gives the right. So it is an alarm. What is planned goes on: the missing right takes no access away, and a rotation that
 * stood still would make it worse. The same holds for a token that leaked, and that nothing gives us the right to end.
 */
export function withAlarmOfOlder(facts: Pick<Facts, 'asked' | 'into'>, decision: Decision): Decision {
  // A command, or a step of Secrets Manager, is answered with what became of it.
  const isAnswer = (facts.asked !== undefined && !isLeakAsked(facts)) || facts.into !== undefined;
  if (isAnswer || !QUIET.has(decision.state)) return decision;
  const alarm = decision.notes.find(isAlarm);
  if (alarm === undefined) return decision;
  const { obstacle } = decision;
  const notes = [...(obstacle === undefined ? [] : [obstacle]), ...decision.notes.filter((note) => note !== alarm)];
  return { ...decision, state: 'blocked', obstacle: alarm, notes };
}

/** All is well with the token that the consumer has: only an older one does not end. */
export function isOnlyOfOlder({ state, obstacle }: Decision): boolean {
  return state === 'blocked' && (obstacle?.code === 'ENTRY_UNSEEN' || obstacle?.code === 'LEAKED_LIVES');
}

function isAlarm(note: Reason): note is Reason<'ENTRY_UNSEEN' | 'LEAKED_LIVES'> {
  return note.code === 'LEAKED_LIVES' || (note.code === 'ENTRY_UNSEEN' && note.overdue);
}
