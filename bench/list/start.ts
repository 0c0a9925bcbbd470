import { parseArgs } from 'node:util';
import { findInfluxd, startInfluxd } from '../../test/builders/a-real-influxd.ts';
import { FullOrg } from './full-org.ts';

// npm run bench:list: what a large org of a real influxd costs: our list beside one that is read whole, by org and by
// owner, and runs over it. --rows N: how many rows of somebody else (default 10000; 100,000 take some minutes).
// INFLUXDB_TEST_URL and INFLUXDB_TEST_TOKEN name a server that is there, as for test:influxdb; --rows are added to it.

const { values } = parseArgs({ options: { rows: { type: 'string', default: '10000' } } });
const MEMORY_MB = 256;

const external = process.env.INFLUXDB_TEST_URL;
const server = external === undefined ? await startInfluxd(findInfluxd(), 'hashed') : undefined;
const org = await FullOrg.open(external ?? server?.url ?? '', process.env.INFLUXDB_TEST_TOKEN);
try {
  const [, filledMs] = await timed(() => org.fill(Number(values.rows)));
  say(`filled with ${values.rows} rows in ${seconds(filledMs)}`);
  await showLists();
  await showRuns('the fewest rights', org.rotatorToken);
  await showRuns('the right to see every row', org.admin.operatorToken);
} finally {
  await org.close();
  await server?.stop();
}

async function showLists(): Promise<void> {
  const { operatorToken, orgId } = org.admin;
  const whole = await org.read(operatorToken, `orgID=${orgId}`, 'whole');
  const stream = await org.read(operatorToken, orgId, 'stream');
  const byOwner = await org.read(operatorToken, `userID=${org.ownerId}`, 'whole');
  const least = await org.read(org.rotatorToken, orgId, 'stream');
  const time = ({ ms }: { readonly ms: number }) => `time × ${(ms / whole.ms).toFixed(2)}`;
  say(`list by org as a whole: ${whole.rows} rows, heap ${whole.heapMb.toFixed(1)} MB, ${seconds(whole.ms)}`);
  say(
    `as a stream: heap × ${(stream.heapMb / whole.heapMb).toFixed(3)} (${stream.heapMb.toFixed(1)} MB), ${time(stream)}`,
  );
  say(`as a rotator with the fewest rights, who sees ${least.rows} rows: ${time(least)}`);
  say(`by one owner, ${byOwner.rows} rows: ${time(byOwner)}`);
}

/** The first makes the consumer's token, where there is none; the second is idle. */
async function showRuns(rights: string, token: string): Promise<void> {
  const [invoked, ms] = await timed(() => org.run(token, MEMORY_MB));
  const { peakMb, heapMb, quiet } = invoked;
  const memory = `peak RSS ${peakMb.toFixed(0)} of ${MEMORY_MB} MB, heap ${heapMb.toFixed(0)} MB`;
  say(`two runs of a rotator with ${rights}: ${memory}, ${seconds(ms)}, ${quiet ? 'idle' : 'NOT IDLE'} in the end`);
  if (!quiet) process.exitCode = 1;
}

async function timed<T>(act: () => Promise<T>): Promise<[T, number]> {
  const startedAt = performance.now();
  return [await act(), performance.now() - startedAt];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
