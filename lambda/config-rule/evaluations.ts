import { oneLine } from '../calls/cut.ts';
import { complianceOf } from '../engine/report/compliance.ts';
import type { ConsumerReport } from '../engine/report/report.ts';

/** What AWS Config is told of one secret, in its own words. */
export interface Evaluation {
  readonly ComplianceResourceType: 'AWS::SecretsManager::Secret';
  /** Config knows a secret by its ARN. */
  readonly ComplianceResourceId: string;
  /** It takes no others: in particular none that says that nothing is known. */
  readonly ComplianceType: 'COMPLIANT' | 'NON_COMPLIANT' | 'NOT_APPLICABLE';
  readonly Annotation: string;
  /** In seconds since the epoch. */
  readonly OrderingTimestamp: number;
}

export interface Evaluations {
  readonly evaluations: readonly Evaluation[];
  /** Consumers of which nothing is said: they could not be looked at, or their secrets do not exist. */
  readonly leftOut: readonly string[];
}

/** @param at when Config asked, in milliseconds since the epoch. */
export function evaluationsOf(consumers: readonly ConsumerReport[], at: number): Evaluations {
  const leftOut: string[] = [];
  const evaluations = consumers.flatMap((report): Evaluation[] => {
    const said = verdictOn(report);
    if (said !== undefined && report.secretArn !== undefined)
      return [
        {
          ComplianceResourceType: 'AWS::SecretsManager::Secret',
          ComplianceResourceId: report.secretArn,
          ComplianceType: said.type,
          Annotation: annotation(`${report.consumer}: ${said.text}`),
          OrderingTimestamp: at / 1000,
        },
      ];
    leftOut.push(report.consumer);
    return [];
  });
  return { evaluations, leftOut };
}

interface Said {
  readonly type: Evaluation['ComplianceType'];
  readonly text: string;
}

/** Undefined where a run knows nothing: what Config was told before stays, and is not made better or worse by a guess. */
function verdictOn(report: ConsumerReport): Said | undefined {
  const { verdict, breaches } = complianceOf(report);
  switch (verdict) {
    case 'compliant':
      return { type: 'COMPLIANT', text: report.reason };
    case 'non-compliant':
      return { type: 'NON_COMPLIANT', text: breaches.map(({ code, text }) => `${code}: ${text}`).join('; ') };
    // It does not comply, and need not: to call it compliant would hide the exception.
    case 'exempt': {
      const { until = '', reason = '', approvedBy = '' } = report.exception ?? {};
      return { type: 'NOT_APPLICABLE', text: `exempt until ${until}, as approved by ${approvedBy}: ${reason}` };
    }
    case 'retired':
      return { type: 'NOT_APPLICABLE', text: report.reason };
    case 'unknown':
      return undefined;
  }
}

/** Config takes no longer one. */
const LONGEST = 256;

/** Cut between words, where there are any, and never inside a character. */
function annotation(said: string): string {
  const text = oneLine(said, Number.POSITIVE_INFINITY);
  if (text.length <= LONGEST) return text;
  const start = text.slice(0, LONGEST - 1);
  const word = start.lastIndexOf(' ');
  return `${(word > LONGEST / 2 ? start.slice(0, word) : start).toWellFormed().replace(/\uFFFD$/, '')}…`;
}
