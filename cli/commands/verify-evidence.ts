import { type EvidenceSettings, evidenceAt } from '../../lambda/config/evidence.ts';
import type { RunReport } from '../../lambda/engine/report/report.ts';
import { CodedError } from '../../lambda/log/coded-error.ts';
import { placeIn } from '../evidence/store-at.ts';
import type { Verification } from '../evidence/verification.ts';
import { verificationLines } from '../evidence/verification-lines.ts';
import { anchorIn, retentionIn, type Subject, verifyEvidence } from '../evidence/verify-evidence.ts';
import { type Rotator, runIn, UsageError } from '../function/rotator.ts';
import type { Options } from '../options.ts';
import { printFailure } from '../setup/telling-failure.ts';
import { jsonLines, print, tell } from '../terminal.ts';
import { whomToAsk } from '../whom-to-ask.ts';

/** What `verify-evidence` can be told. */
export interface VerifyOptions extends Options {
  readonly evidence?: string;
  readonly deployment?: string;
  readonly head?: string;
  readonly retention?: string;
  readonly sample: string;
  readonly json: boolean;
}

/** @returns the exit code: 1 if anything is not as it was written, or if the evidence could not be read. */
export async function showVerification(options: VerifyOptions): Promise<number> {
  const { head, retention, json } = options;
  if (!/^\d{1,5}$/.test(options.sample)) throw new UsageError(`--sample ${options.sample} is no number of consumers`);
  const given = {
    ...{ head: head === undefined ? undefined : anchorIn(head), sample: Number(options.sample) },
    retentionMs: retention === undefined ? undefined : retentionIn(retention),
  };
  const asked = await ask(options);
  const failed = (failure: string) => {
    tell(failure);
    printFailure(failure, { json });
    return 1;
  };
  if (typeof asked === 'string') return failed(asked);
  let verification: Verification;
  try {
    verification = await verifyEvidence({ ...given, ...asked });
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return failed(`the evidence could not be read: ${error.message}`);
  }
  print(json ? jsonLines(verification) : verificationLines(verification));
  return verification.intact ? 0 : 1;
}

type Asked = Pick<Subject, 'deployment' | 'place' | 'live' | 'log'>;

/** Whom and what there is to ask. Whoever has the evidence alone, and says whose it is, needs no function. @returns why not. */
async function ask(options: VerifyOptions): Promise<Asked | string> {
  const { evidence, deployment, local, config } = options;
  const named = evidence === undefined ? undefined : placeIn(evidence);
  const isAlone = options.function === undefined && options.stack === undefined && !local && config === undefined;
  if (named !== undefined && deployment !== undefined && isAlone)
    return { deployment, place: named, live: undefined, log: undefined };
  const rotator = await whomToAsk(options);
  const answer = await rotator.ask({ action: 'status' });
  const live = runIn(answer);
  if (live === undefined && named !== undefined && deployment !== undefined) {
    if (answer.failure !== undefined) tell(answer.failure);
    return { deployment, place: named, live, ...logOf(rotator) };
  }
  if (live === undefined) return answer.failure ?? 'the function gave no report';
  if (deployment !== undefined && deployment !== live.deployment)
    throw new UsageError(
      `--deployment ${deployment} is another than that of the function, ${live.deployment}: leave one of the two out`,
    );
  return { deployment: live.deployment, place: named ?? placeSaidBy(live), live, ...logOf(rotator) };
}

function logOf({ log }: Rotator): Pick<Subject, 'log'> {
  return { log };
}

function placeSaidBy({ servers, deployment }: RunReport): EvidenceSettings {
  const place = servers?.evidence && evidenceAt(servers.evidence.place);
  if (place === undefined)
    throw new UsageError(
      `the function of ${deployment} does not say where evidence is kept, if any is: give --evidence s3://BUCKET/PREFIX, or turn it on (docs/evidence.md)`,
    );
  return place;
}
