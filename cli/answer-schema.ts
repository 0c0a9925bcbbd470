import * as z from 'zod';
import { EvidenceRecord } from '../lambda/evidence/record.ts';
import { CHECK } from './check/check.ts';
import { DISCOVERY } from './discover/discovery.ts';
import { VERIFICATION } from './evidence/verification.ts';
import { REPORT } from './report/model.ts';
import { SETUP } from './setup/steps.ts';
import { OUTCOME } from './status/outcome.ts';
import { STATUS } from './status/status.ts';

/** What the program prints with `--json`: each command one of these. */
export function answerSchema(): object {
  return z.toJSONSchema(z.union([STATUS, OUTCOME, CHECK, SETUP, DISCOVERY, REPORT, VERIFICATION]));
}

/** What `report --format json` prints, by itself: for whoever keeps reports. */
export function reportSchema(): object {
  return z.toJSONSchema(REPORT);
}

/** One record of the evidence, a line of its files: for whoever reads them without this program. */
export function evidenceSchema(): object {
  return z.toJSONSchema(EvidenceRecord);
}
