import type { ConsumerReport, TokenReport } from '../../lambda/engine/report/report.ts';
import type { LogEvent } from '../log/log-event.ts';
import { proofOf } from '../log/proof-of-life.ts';
import { endOf, isInUse } from './end-of-token.ts';

/** What became of one token, and when: the past from the report and the log, and what is to come. */
export interface TokenLife {
  readonly authorizationId: string;
  readonly is: string;
  readonly stages: readonly Stage[];
}

interface Stage {
  readonly what: string;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * The tokens in the order in which they were made: those of the report, and those that the log shows deleted.
 * @param events of this consumer, the latest first.
 */
export function livesOf(
  report: Pick<ConsumerReport, 'tokens' | 'access' | 'notes'>,
  events: readonly LogEvent[],
): TokenLife[] {
  const { tokens } = report;
  const known = new Set(tokens.map(({ authorizationId }) => authorizationId));
  const deleted = events.flatMap(({ code, fields: { authorizationId = '' } }) =>
    code === 'TOKEN_DELETED' && !known.has(authorizationId) ? [authorizationId] : [],
  );
  const lives = [
    ...tokens.map((token) => lifeOf(token, report, events)),
    ...[...new Set(deleted)].map((authorizationId) => lifeOfDeleted(authorizationId, timesOf(authorizationId, events))),
  ];
  return lives.sort((one, other) => firstOf(one).localeCompare(firstOf(other)));
}

/** When each event came last. */
type Times = Readonly<Partial<Record<string, string>>>;

function timesOf(authorizationId: string, events: readonly LogEvent[]): Times {
  const own = events.filter(({ fields }) => fields.authorizationId === authorizationId);
  return Object.fromEntries(own.toReversed().map(({ code, at }) => [code, at]));
}

function lifeOf(
  token: TokenReport,
  report: Pick<ConsumerReport, 'access' | 'notes'>,
  events: readonly LogEvent[],
): TokenLife {
  const { authorizationId, role, status, mintedAt, supersededAt, inactiveSince, overdueAt } = token;
  const inUse = isInUse(token, report);
  const end = endOf(token, report);
  const times = timesOf(authorizationId, events);
  const stages = inUse
    ? [
        ...begun(times, mintedAt),
        stage('seen to work', proofOf(events, authorizationId)),
        stage('too old from', overdueAt),
      ]
    : [
        ...begun(times, mintedAt),
        stage('replaced', supersededAt),
        ...(status === 'active' ? [stage('works until', end)] : ended(times, inactiveSince)),
        stage('deleted after', status === 'inactive' ? end : undefined),
      ];
  return {
    authorizationId,
    is: `${role === 'current' && !inUse ? 'was current' : role}, ${status}`,
    stages: stages.flat(),
  };
}

function lifeOfDeleted(authorizationId: string, times: Times): TokenLife {
  return { authorizationId, is: 'deleted', stages: [...begun(times), ...ended(times)].flat() };
}

function begun(times: Times, mintedAt = times.TOKEN_MINTED): Stage[][] {
  return [stage('made', mintedAt), stage('current since', times.TOKEN_PROMOTED)];
}

function ended(times: Times, offSince = times.TOKEN_SWITCHED_OFF): Stage[][] {
  return [stage('off since', offSince), stage('deleted', times.TOKEN_DELETED)];
}

/** None, where its time is not known. */
function stage(what: string, at: string | undefined): Stage[] {
  return at === undefined ? [] : [{ what, at }];
}

function firstOf({ stages }: TokenLife): string {
  return stages[0]?.at ?? '';
}
