import type { Figure } from './figure.ts';
import type { Report, ReportRecord } from './model.ts';

/** Of one figure. */
export interface Observation {
  readonly uuid: string;
  /** The name of the figure. */
  readonly title: string;
}

/** Of one observation: the others are in the JSON, and in the chain. */
const MOST_RECORDS = 20;

/** One for each figure, with the records that it follows from. */
export function observationsOf(report: Report, id: (name: string) => string): Observation[] {
  const byNumber = new Map(report.records.map((record) => [record.number, record]));
  return Object.entries(report.figures).map(([name, figure]) => ({
    uuid: id(`observation ${name}`),
    title: name,
    description: `${figure.value} ${figure.what}`,
    methods: ['EXAMINE'],
    collected: report.at,
    ...evidenceOf(figure, byNumber, report),
  }));
}

function evidenceOf(
  { records }: Figure,
  byNumber: ReadonlyMap<number, ReportRecord>,
  { sources, deployment }: Report,
): object {
  const shown = records.slice(-MOST_RECORDS).flatMap((number) => byNumber.get(number) ?? []);
  if (shown.length === 0) return {};
  const place = `${sources.evidence?.place ?? ''}`.replace(/\/$/, '');
  const more = records.length - shown.length;
  return {
    'relevant-evidence': shown.map(({ number, kind, at, hash, file }) => ({
      href: encodeURI(`${place}/${deployment}/${file}`),
      description: `record ${number}, ${kind}, ${at}, ${hash}`,
    })),
    ...(more > 0 && { remarks: `${more} earlier records are not listed here: the report as JSON has their numbers.` }),
  };
}
