import type { ConsumerReport, ErrorReport, ReasonReport, RunReport } from '../../lambda/engine/report/report.ts';
import type { Mend } from '../../lambda/log/mend.ts';
import { type Fault, GROUPS } from './fault.ts';
import { OF_ERROR, type Verdict } from './of-error.ts';
import { groupOf, type Place, stepsFor } from './of-mend.ts';
import { verdictOn } from './of-reason.ts';

/** Everything that a look found wrong, in the order of a set-up; what several consumers share is told once. */
export function faultsIn({ errors, consumers }: RunReport, place: Omit<Place, 'consumer'>): Fault[] {
  const all = [
    ...errors.map((error) => ofError(error, { ...place, consumer: undefined })),
    ...consumers.flatMap((each) => ofConsumer(each, { ...place, consumer: each.consumer })),
  ];
  return merged(all).sort((one, other) => GROUPS.indexOf(one.group) - GROUPS.indexOf(other.group));
}

function ofError({ code, message, mends = [] }: ErrorReport, place: Place): Fault {
  return fault(OF_ERROR[code], { code, what: message, mends, about: undefined }, place);
}

/** What hinders it, and what its notes say: a right that is missing may be either. */
function ofConsumer(report: ConsumerReport, place: Place): Fault[] {
  const { state, reason, why, obstacle, errorCode, notes } = report;
  const hinders = state === 'failed' || state === 'blocked';
  const first = obstacle ?? why;
  const found = notes.flatMap(({ note, ...about }) => ofReason(about, note, place));
  if (errorCode !== undefined)
    return [
      fault(OF_ERROR[errorCode], { code: errorCode, what: reason, mends: mendsIn(why), about: why }, place),
      ...found,
    ];
  const hindrance = ofReason(first, reason, place);
  if (hinders && hindrance.length === 0)
    hindrance.push({ group: 'tokens', code: first.code, consumers: [report.consumer], what: reason, remedy: [] });
  return [...(hinders ? hindrance : []), ...found];
}

function ofReason(about: ReasonReport, what: string, place: Place): Fault[] {
  const verdict = verdictOn(about.code);
  return verdict === undefined ? [] : [fault(verdict, { code: about.code, what, mends: mendsIn(about), about }, place)];
}

function mendsIn({ mends = [] }: ReasonReport & { readonly mends?: readonly Mend[] }): readonly Mend[] {
  return mends;
}

interface Found {
  readonly code: string;
  readonly what: string;
  readonly mends: readonly Mend[];
  readonly about: unknown;
}

function fault({ group, steps }: Verdict, { code, what, mends, about }: Found, place: Place): Fault {
  const remedy = mends.length > 0 ? mends.flatMap((mend) => stepsFor(mend, place)) : (steps?.(about, place) ?? []);
  const distinct = new Map(remedy.map((step) => [JSON.stringify(step), step]));
  return {
    group: mends.map(groupOf).find((each) => each !== undefined) ?? group,
    ...{ code, consumers: place.consumer === undefined ? [] : [place.consumer], what },
    remedy: [...distinct.values()],
  };
}

function merged(all: readonly Fault[]): Fault[] {
  const same = Map.groupBy(all, ({ consumers: _, ...rest }) => JSON.stringify(rest));
  return [...same.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : { ...first, consumers: [first, ...others].flatMap(({ consumers }) => consumers) },
  );
}
