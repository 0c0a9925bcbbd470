import * as z from 'zod';
import type { RunReport } from '../../lambda/engine/report/report.ts';
import { FAULT, type Fault, GROUPS, type Group } from './fault.ts';
import { faultsIn } from './faults-in.ts';
import type { Place } from './of-mend.ts';
import { isEnded, UNCHECKED, uncheckedIn } from './unchecked.ts';

const WELL = z.strictObject({ group: z.enum(GROUPS), what: z.string() });

/** What `check --json` prints. */
export const CHECK = z
  .strictObject({
    deployment: z.string().optional().describe('left out where nothing could be looked at'),
    well: z.array(WELL).describe('what was looked at, and is as it should be'),
    faults: z.array(FAULT).describe('in the order in which a person sets it up'),
    unchecked: z.array(UNCHECKED).describe('what could not be checked, and why'),
  })
  .describe('What keeps tokens from being rotated, before the first run');

export type Check = z.infer<typeof CHECK>;

export function checkOf(report: RunReport, place: Omit<Place, 'consumer'>): Check {
  const faults = faultsIn(report, place);
  const wrong = new Set(faults.map(({ group }) => group));
  const seen = wellIn(report, place).filter(({ group }) => !wrong.has(group));
  return { deployment: report.deployment, well: seen, faults, unchecked: uncheckedIn(report, place) };
}

/** Nothing could be looked at. */
export function onlyFaults(faults: Fault[]): Check {
  return { well: [], faults, unchecked: [] };
}

function wellIn(report: RunReport, { servers: { influxdb, secretsManager } }: Omit<Place, 'consumer'>): Check['well'] {
  const { deployment, consumers, mode } = report;
  const { region, account, endpoint } = secretsManager;
  const well = (group: Group, ...what: (string | undefined)[]) => ({
    group,
    what: what.filter((each) => each !== undefined).join(', '),
  });
  const count = `${consumers.length} ${consumers.length === 1 ? 'consumer' : 'consumers'}`;
  return [
    well('configuration', `deployment ${deployment}`, count, mode === 'plan' ? ONLY_PLANS : undefined),
    well('aws', region, account && `account ${account}`, endpoint),
    ...(influxdb.version === undefined
      ? []
      : [well('influxdb', influxdb.url, influxdb.version, `org ${influxdb.org}`)]),
    ...(isEnded(report) ? [] : whole(report).map(([group, what]) => well(group, what))),
  ];
}

const ONLY_PLANS = '"mode" is "plan", so runs only say what they would do';

/** What is only known where the look came to its end. */
function whole({ consumers }: RunReport): (readonly [Group, string])[] {
  const isSure = consumers.every(({ mayRotate, access }) => mayRotate === 'may' || access === 'retired');
  return [
    ['names', 'all are there'],
    ...(isSure ? [['rotator', 'has every right that the next tokens take'] as const] : []),
    ['secrets', 'all can be read, and take a token'],
    ['clocks', 'agree'],
  ];
}
