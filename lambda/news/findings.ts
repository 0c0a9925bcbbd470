import { runbookLink } from '../config/runbook.ts';
import { type Finding, findingOf, type Place } from '../security-hub/finding.ts';
import { type Condition, type Problem, RUN } from './condition.ts';

/** One thing to tell Security Hub of. */
export interface Change {
  readonly subject: string;
  readonly problem: Problem;
  readonly finding: Finding;
}

/** What Security Hub has to be told, and what it has then. */
export interface Findings {
  readonly changed: readonly Change[];
  /** By subject: since when there is which problem. */
  readonly after: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

interface Circumstances {
  readonly deployment: string;
  /** Of the rotator's token, which the run as a whole is about. */
  readonly tokenSecret: string;
  readonly place: Place;
  readonly runbookUrl: string;
  readonly arnOf: (secret: string) => string | undefined;
  readonly now: string;
  /** Tell again of what is known: Security Hub forgets what is not updated in 90 days. */
  readonly refresh: boolean;
  readonly isConfigured: (subject: string) => boolean;
}

/** Pure. @param before what Security Hub had. */
export function findingsOf(
  conditions: readonly Condition[],
  before: Findings['after'],
  circumstances: Circumstances,
): Findings {
  const changed: Change[] = [];
  const after = new Map<string, Record<string, string>>();
  const known = new Map(conditions.map((each) => [each.subject, each]));
  for (const [subject, findings] of before) {
    if (known.has(subject)) continue;
    // Whom this run did not get to is as before. Who is not configured any more has no problem.
    if (circumstances.isConfigured(subject)) after.set(subject, findings);
    else changed.push(...archived(subject, undefined, findings, circumstances));
  }
  for (const { subject, secret, problems } of conditions) {
    const had = before.get(subject) ?? {};
    const has: Record<string, string> = {};
    for (const [problem, { code, reason }] of problems) {
      const since = had[problem] ?? circumstances.now;
      has[problem] = since;
      if (had[problem] === undefined || circumstances.refresh)
        changed.push(of(subject, secret, { problem, since, reason, code }, circumstances));
    }
    const over = Object.entries(had).filter(([problem]) => !problems.has(problem as Problem));
    changed.push(...archived(subject, secret, Object.fromEntries(over), circumstances));
    if (problems.size > 0) after.set(subject, has);
  }
  return { changed, after };
}

/** What it has if it did not take some: of these, what it had before, so that the next run tells them. Pure. */
export function withoutUntold(
  { after }: Pick<Findings, 'after'>,
  before: Findings['after'],
  untold: readonly Change[],
): Findings['after'] {
  const has = new Map([...after].map(([subject, findings]) => [subject, { ...findings }]));
  for (const { subject, problem } of untold) {
    const { [problem]: _, ...others } = has.get(subject) ?? {};
    const since = before.get(subject)?.[problem];
    const findings = since === undefined ? others : { ...others, [problem]: since };
    if (Object.keys(findings).length > 0) has.set(subject, findings);
    else has.delete(subject);
  }
  return has;
}

function archived(
  subject: string,
  secret: string | undefined,
  findings: Readonly<Record<string, string>>,
  circumstances: Circumstances,
): Change[] {
  return Object.entries(findings).map(([problem, since]) =>
    of(subject, secret, { problem: problem as Problem, since, reason: undefined, code: undefined }, circumstances),
  );
}

interface Told {
  readonly problem: Problem;
  readonly since: string;
  readonly reason: string | undefined;
  readonly code: string | undefined;
}

function of(
  subject: string,
  secret: string | undefined,
  { code, ...what }: Told,
  { deployment, tokenSecret, place, arnOf, now, runbookUrl }: Circumstances,
): Change {
  const name = secret ?? tokenSecret;
  const consumer = subject === RUN ? undefined : subject;
  const runbook = runbookLink(code ?? what.problem, runbookUrl);
  const finding = findingOf({ deployment, consumer, secret: arnOf(name) ?? name, runbook, ...what }, place, now);
  return { subject, problem: what.problem, finding };
}
