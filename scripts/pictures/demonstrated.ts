import { readFileSync } from 'node:fs';
import { reportOnDemonstration } from '../../cli/report/demonstrated.ts';
import type { Report } from '../../cli/report/model.ts';
import { live } from '../../demo/life.ts';
import { parseConfigurationText } from '../../lambda/config/configuration.ts';
import { EvidenceMemory } from '../../simulation/evidence-memory.ts';

const FILE = 'demo/rotation.json';

/** What `npm start` shows, as a report. Its times are the same each time, since its clock is simulated. */
export async function demonstrated(): Promise<Report> {
  const evidence = new EvidenceMemory();
  let report: Report | undefined;
  await live({
    configuration: parseConfigurationText(readFileSync(FILE, 'utf8'), FILE),
    tokens: 'hashed',
    onRun: () => {},
    onService: () => {},
    evidence,
    onEnd: async (status) => {
      report = await reportOnDemonstration(evidence, status);
    },
  });
  if (report === undefined) throw new Error('the demonstration ended without a status');
  return report;
}
