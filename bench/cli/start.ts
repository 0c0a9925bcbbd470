import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { bundle, bundleCli, CLI_FILE, ON_A_DESK } from '../../scripts/bundle/bundle.ts';
import { aConfiguration, aConsumer } from '../../test/builders/a-configuration.ts';
import { deployedIn } from '../../test/builders/a-deployed-function.ts';
import { Scene } from '../../test/builders/a-scene.ts';

// npm run bench:cli: how long a person waits for `status`, beside a program that only invokes the function, and for
// `--help`, beside Node alone. --times N: how often each is started (default 15). The median counts. It fails if
// `status` takes twice as long as the bare invocation, or ends with another exit code than 0.

const { values } = parseArgs({ options: { times: { type: 'string', default: '15' } } });
const MOST = 2;

const scene = await Scene.open({ configuration: aConfiguration(['a', 'b', 'c'].map((name) => aConsumer({ name }))) });
await scene.run();
const deployed = await deployedIn(scene.world);
const folder = mkdtempSync(join(tmpdir(), 'bench-cli-'));
try {
  const floor = join(folder, 'floor.cjs');
  await bundle('bench/cli/floor.ts', floor, ON_A_DESK);
  await bundleCli();
  const medians = await mediansOf({
    'the bare invocation': [floor, 'rotator'],
    'status --function': [CLI_FILE, 'status', '--function', 'rotator'],
    status: [CLI_FILE, 'status'],
    'node -e 0': ['-e', '0'],
    '--help': [CLI_FILE, '--help'],
  });
  for (const [name, ms] of Object.entries(medians)) process.stdout.write(`${name.padEnd(20)} ${ms.toFixed(0)} ms\n`);
  const ratio = medians.status / medians['the bare invocation'];
  process.stdout.write(`status to the bare invocation: × ${ratio.toFixed(2)}, of at most ${MOST}\n`);
  process.stdout.write(`--help to Node alone: × ${(medians['--help'] / medians['node -e 0']).toFixed(1)}\n`);
  process.exitCode = ratio < MOST ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
  await deployed.close();
  await scene.close();
}

/** One after the other in each round, so that a busy moment of the machine meets all. The first round does not count. */
async function mediansOf<Name extends string>(
  programs: Record<Name, readonly string[]>,
): Promise<Record<Name, number>> {
  const times = new Map<string, number[]>(Object.keys(programs).map((name) => [name, []]));
  for (let round = 0; round <= Number(values.times); round += 1)
    for (const [name, args] of Object.entries<readonly string[]>(programs)) {
      const ms = await timeOf(args);
      if (round > 0) times.get(name)?.push(ms);
    }
  const medians = [...times].map(([name, all]) => [name, all.toSorted((one, other) => one - other)] as const);
  return Object.fromEntries(medians.map(([name, all]) => [name, all[all.length >> 1]])) as Record<Name, number>;
}

function timeOf(args: readonly string[]): Promise<number> {
  const start = performance.now();
  return new Promise((settle, fail) => {
    execFile(process.execPath, args, { env: { PATH: process.env.PATH, ...deployed.env } }, (error) =>
      error === null ? settle(performance.now() - start) : fail(error),
    );
  });
}
