import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RunReport } from '../../lambda/engine/report/report.ts';
import type { EvidenceStore } from '../../lambda/evidence/store.ts';
import type { Report } from './model.ts';
import { reportOf } from './of-records.ts';
import { page } from './page/page.ts';
import { presentOf } from './present.ts';
import { readEvidence } from './read-evidence.ts';

/** Made anew each time; nothing of `dist/` is kept. */
export const DEMONSTRATED = 'dist/demonstration.html';

/** Writes the page of a demonstration. @returns a line that says where. */
export async function writeDemonstrated(store: EvidenceStore, status: RunReport): Promise<string> {
  mkdirSync(dirname(DEMONSTRATED), { recursive: true });
  writeFileSync(DEMONSTRATED, page(await reportOnDemonstration(store, status)));
  return `all of it as a page: ${DEMONSTRATED}`;
}

/** What the runs of a demonstration put on record comes to. */
export async function reportOnDemonstration(store: EvidenceStore, status: RunReport): Promise<Report> {
  const to = Date.parse(status.startedAt);
  const { records, source } = await readEvidence(store, { from: 0, to, deployment: status.deployment });
  const from = Date.parse(records[0]?.record.at ?? status.startedAt);
  return reportOf({
    ...{ deployment: status.deployment, at: to, from, to, records, logged: [] },
    present: presentOf(status, (command) => `influxdb-token-rotation ${command}`, undefined),
    sources: { evidence: source, status: { at: status.startedAt }, missing: [] },
  });
}
