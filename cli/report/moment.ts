import type { RunReport } from '../../lambda/engine/report/report.ts';
import type { Past } from '../log/past.ts';
import type { Typed } from '../typed.ts';
import type { Report } from './model.ts';
import { reportOf } from './of-records.ts';
import { presentOf } from './present.ts';

const MISSING = [
  'it is the present moment alone: influxdb-token-rotation report shows what was done in a period, and what supports that',
];

/** What the function's answer alone comes to: how everything is now. It says nothing for a control. */
export function momentOf(run: RunReport, typed: Typed, past: Past | undefined): Report {
  const at = Date.parse(run.startedAt);
  const { deployment, startedAt } = run;
  const report = reportOf({
    ...{ deployment, at, from: at, to: at },
    ...{ records: [], logged: [], present: presentOf(run, typed, past) },
    sources: { status: { at: startedAt }, missing: MISSING },
  });
  return { ...report, controls: [] };
}
