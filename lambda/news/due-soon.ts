import type { Configuration, ConsumerSettings } from '../config/configuration.ts';
import { isInForce } from '../config/exception.ts';
import type { ConsumerReport, TokenReport } from '../engine/report/report.ts';
import type { Why } from './why.ts';

/** What an end is estimated from. */
interface Terms {
  readonly report: ConsumerReport;
  readonly settings: ConsumerSettings;
  readonly configuration: Configuration;
  readonly now: number;
}

/**
 * What comes within `warnBefore`, and is destructive or out of policy. An ordinary rotation is neither, nor is the end of
 * the token that it superseded.
 */
export function dueSoon(
  report: ConsumerReport,
  settings: ConsumerSettings,
  configuration: Configuration,
  now: number,
): Why | undefined {
  const { news } = configuration;
  if (news === undefined) return undefined;
  const terms = { report, settings, configuration, now };
  // A token is overdue from the moment after it, so between the two there is none at which all is well.
  const isSoon = ({ until = '' }: Why) => Date.parse(until) >= now && Date.parse(until) - now <= news.warnBeforeMs;
  const soon = [...exceptionEnds(terms), ...retiredEnds(terms), ...tooOldSoon(terms)].filter(isSoon);
  return soon.toSorted((one, other) => (one.until ?? '').localeCompare(other.until ?? ''))[0] ?? exceptionEnded(terms);
}

function exceptionEnds({ settings: { exception } }: Terms): Why[] {
  if (exception === undefined) return [];
  const until = new Date(exception.until).toISOString();
  return [{ reason: `its exception ends (${exception.reason})`, until }];
}

/** It stays a finding until a person has seen to it, though the token is rotated: nobody is told meanwhile that all is well. */
function exceptionEnded({ settings: { exception }, now }: Terms): Why | undefined {
  if (exception === undefined || isInForce(exception, now)) return undefined;
  const reason = `its exception has ended (${exception.reason}): remove "exception" from the configuration, or have it renewed`;
  return { code: 'EXCEPTION_EXPIRED', reason };
}

/** Nobody follows it: whoever still uses the token loses access. */
function retiredEnds({ report: { notes, tokens }, settings }: Terms): Why[] {
  if (!settings.retired) return [];
  const off = notes.flatMap(({ code, until }) => {
    if (code !== 'RETIRED_SETTLES' || until === undefined) return [];
    return [{ code, reason: 'it is retired, and its token is switched off: nothing follows it', until }];
  });
  const gone = tokens.flatMap(({ role, status, inactiveSince }) => {
    if (role !== 'current' || status !== 'inactive' || inactiveSince === undefined) return [];
    const until = new Date(Date.parse(inactiveSince) + settings.holdPeriodMs).toISOString();
    return [{ reason: `it is retired, and ${LAST_GONE}`, until }];
  });
  return [...off, ...gone];
}

const LAST_GONE = 'its last token is switched off, and is deleted then: nobody can give it back after that';

function tooOldSoon(terms: Terms): Why[] {
  const { report, settings, now } = terms;
  const isExempt = isInForce(settings.exception, now);
  return report.tokens.flatMap((token) => {
    const { authorizationId, status, role, overdueAt: until } = token;
    if (status !== 'active' || until === undefined || (isExempt && role === 'current')) return [];
    if (endsAtLatest(token, terms) <= Date.parse(until)) return [];
    const hindrance = report.obstacle?.code ?? report.why.code;
    const reason = `token ${authorizationId} will be older than maxTokenAge, and is not replaced before: ${report.reason}`;
    return [{ code: hindrance, reason, until }];
  });
}

/** When the token is switched off if all goes as it should; infinite where nothing says so. */
function endsAtLatest({ role, endsAt }: TokenReport, { report, settings, configuration, now }: Terms): number {
  const { scheduleMs, limits } = configuration;
  const late = 2 * scheduleMs;
  if (role === 'superseded') {
    const end = Date.parse(endsAt ?? '');
    // What should have ended by now waits for something else.
    return end + late > now ? end + late : Number.POSITIVE_INFINITY;
  }
  const next = Date.parse(report.obstacle?.until ?? report.why.until ?? '');
  return next >= now - late ? next + settings.gracePeriodMs + limits.leaseMs + late : Number.POSITIVE_INFINITY;
}
