import { codeOf, logDefect, messageOf } from '../calls/failure.ts';
import type { Log } from '../log/log.ts';
import type { EvidenceReport } from './report/report.ts';
import type { Witness } from './witness.ts';

/** In place of one that could not be had: nothing waits for it, and the end of the run says that nothing is on record. */
export class NoWitness implements Witness {
  constructor(log: Log, error: unknown) {
    logDefect(log, error, undefined);
    log('EVIDENCE_NOT_WRITTEN', { error: messageOf(error), errorCode: codeOf(error) });
  }

  on(log: Log): Log {
    return log;
  }

  async prepare(): Promise<void> {}

  async intend(): Promise<void> {}

  async conclude(): Promise<EvidenceReport> {
    return { result: 'failed' };
  }
}
