import type { Report } from '../../cli/report/model.ts';
import { reportOf } from '../../cli/report/of-records.ts';
import { readEvidence } from '../../cli/report/read-evidence.ts';
import type { EvidenceStore } from '../../lambda/evidence/store.ts';
import { DAY } from './a-configuration.ts';
import { anEvidence, type Evidence, type EvidenceOptions } from './an-evidence.ts';

/** What the command `report` makes of evidence that is made up, for all of its time. */
export async function aReport(options: EvidenceOptions = {}): Promise<Report> {
  return reportOfEvidence(anEvidence(options), options.days ?? 365);
}

async function reportOfEvidence(evidence: Evidence, days: number): Promise<Report> {
  const { deployment, records } = evidence;
  const last = Date.parse(records.at(-1)?.at ?? '');
  const period = { from: last - days * DAY, to: last + 1 };
  const { records: read, source } = await readEvidence(storeOf(evidence), period);
  return reportOf({
    ...{ deployment, records: read, logged: [], present: undefined },
    ...{ at: last + 60_000, from: period.from, to: period.to },
    sources: { evidence: source, missing: [] },
  });
}

function storeOf({ deployment, files }: Evidence): EvidenceStore {
  const texts = new Map(files.map(({ name, text }) => [name, text]));
  return {
    place: `s3://acme-evidence/influxdb/${deployment}`,
    list: async () => [...texts.keys()].toReversed(),
    read: async (name) => texts.get(name),
    add: async () => false,
  };
}
