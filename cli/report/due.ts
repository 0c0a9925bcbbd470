import type { ConsumerEntry, TokenLife } from './consumer.ts';
import type { ReportDue } from './model.ts';

/** What comes after the period, the next first. */
export function dueOf(consumers: readonly ConsumerEntry[], to: number): ReportDue[] {
  return consumers
    .filter(({ health }) => health !== 'retired')
    .flatMap(dueFor)
    .filter(({ at }) => Date.parse(at) >= to)
    .sort((one, other) => one.at.localeCompare(other.at));
}

function dueFor({ consumer, nextRotationAt, exception, tokens }: ConsumerEntry): ReportDue[] {
  return [
    ...(nextRotationAt === undefined ? [] : [{ at: nextRotationAt, consumer, what: 'rotation' as const }]),
    ...(exception?.inForce ? [{ at: exception.until, consumer, what: 'exception-ends' as const }] : []),
    ...tokens.flatMap((token) => dueForToken(consumer, token)),
  ];
}

function dueForToken(consumer: string, { authorizationId, role, status, ...times }: TokenLife): ReportDue[] {
  if (status === 'gone') return [];
  const due = (at: string | undefined, what: ReportDue['what']) =>
    at === undefined ? [] : [{ at, consumer, what, authorizationId }];
  const overdue = status === 'active' ? due(times.overdueAt, 'overdue') : [];
  if (role === 'current') return overdue;
  return [
    ...overdue,
    ...(status === 'inactive' ? due(times.keptUntil, 'deletion') : due(times.graceUntil, 'grace-ends')),
  ];
}
