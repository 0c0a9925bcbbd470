import type { ConsumerEntry, TokenLife } from './consumer.ts';
import type { ReportDue } from './model.ts';

/** Where what is planned may not come. */
const HELD_UP: readonly ConsumerEntry['health'][] = ['no-access', 'failed', 'blocked'];

/** What comes after the period, the next first. */
export function dueOf(consumers: readonly ConsumerEntry[], to: number): ReportDue[] {
  return consumers
    .filter(({ health }) => health !== 'retired')
    .flatMap((entry) => dueFor(entry, to))
    .filter(({ at }) => Date.parse(at) >= to)
    .sort((one, other) => one.at.localeCompare(other.at));
}

function dueFor(entry: ConsumerEntry, to: number): ReportDue[] {
  const { consumer, nextRotationAt, exception, tokens } = entry;
  return [
    ...(nextRotationAt === undefined ? [] : [{ at: nextRotationAt, consumer, what: 'rotation' as const }]),
    ...(exception?.inForce ? [{ at: exception.until, consumer, what: 'exception-ends' as const }] : []),
    ...tokens.flatMap((token) => dueForToken(entry, token, to)),
  ];
}

function dueForToken(entry: ConsumerEntry, token: TokenLife, to: number): ReportDue[] {
  const { authorizationId, role, status, ...times } = token;
  if (status === 'gone') return [];
  const due = (at: string | undefined, what: ReportDue['what']) =>
    at === undefined ? [] : [{ at, consumer: entry.consumer, what, authorizationId }];
  const overdue = status === 'active' && !isEndedBefore(entry, token, to) ? due(times.overdueAt, 'overdue') : [];
  if (role === 'current') return overdue;
  return [
    ...overdue,
    ...(status === 'inactive' ? due(times.keptUntil, 'deletion') : due(times.graceUntil, 'grace-ends')),
  ];
}

/** Whether it is planned that the token is replaced, or goes off, before it is too old, and nothing is known to prevent that. */
function isEndedBefore(entry: ConsumerEntry, { role, graceUntil, overdueAt }: TokenLife, to: number): boolean {
  const planned = role === 'current' ? entry.nextRotationAt : graceUntil;
  if (planned === undefined || overdueAt === undefined || HELD_UP.includes(entry.health)) return false;
  return Date.parse(planned) >= to && Date.parse(planned) < Date.parse(overdueAt);
}
