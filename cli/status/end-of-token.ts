import type { ConsumerReport, TokenReport } from '../../lambda/engine/report/report.ts';

type OfConsumer = Pick<ConsumerReport, 'access' | 'notes'>;

/** The consumer goes on with it. All tokens of a retired one are to end. */
export function isInUse({ role }: TokenReport, { access }: OfConsumer): boolean {
  return role === 'current' && access !== 'retired';
}

/** Until when it works, or is kept switched off; of a retired consumer, a note tells it. ISO 8601. */
export function endOf({ authorizationId, endsAt }: TokenReport, { notes }: OfConsumer): string | undefined {
  const settles = notes.find((note) => note.code === 'RETIRED_SETTLES' && note.authorizationId === authorizationId);
  return endsAt ?? settles?.until;
}
