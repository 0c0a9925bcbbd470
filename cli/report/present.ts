import type { RunReport } from '../../lambda/engine/report/report.ts';
import type { Past } from '../log/past.ts';
import { statusOf } from '../status/status.ts';
import type { Typed } from '../typed.ts';
import type { Present } from './material.ts';

/** What the function says of the present, with what `status` makes of it. */
export function presentOf(report: RunReport, typed: Typed, past: Past | undefined): Present {
  const { consumers, others } = statusOf(report, typed, past);
  return {
    report,
    next: new Map(consumers.flatMap(({ consumer, next }) => (next === undefined ? [] : [[consumer, next]]))),
    provenAt: new Map(consumers.flatMap(({ consumer, provenAt }) => (provenAt ? [[consumer, provenAt]] : []))),
    others,
    shared: report.notices.flatMap(({ code, consumers: names }) =>
      code === 'SHARED_VALUE' && Array.isArray(names) ? [names.map(String)] : [],
    ),
  };
}
