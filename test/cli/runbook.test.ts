import { afterEach, describe, expect, it } from 'vitest';
import { type DeployedFunction, deployedIn, PROGRAM_FILE } from '../builders/a-deployed-function.ts';
import type { Scene } from '../builders/a-scene.ts';
import { type Block, blocksOf } from '../pages/blocks.ts';
import { Shell } from './runbook/a-shell.ts';
import { NOT_TYPED, SITUATIONS, type Situation } from './runbook/situations.ts';

// Whoever is called at night types what docs/operations.md says, as it stands there. So does this test, in each situation
// that a section is for.

const BLOCKS = blocksOf('docs/operations.md');
const notTyped = ({ text }: Block) => Object.keys(NOT_TYPED).find((start) => text.startsWith(start));
const SECTIONS = Map.groupBy(
  BLOCKS.filter((block) => notTyped(block) === undefined),
  ({ heading }) => heading,
);

let scene: Scene;
let deployed: DeployedFunction;
let shell: Shell;
async function open(situation: Situation): Promise<void> {
  scene = await situation.open();
  deployed = await deployedIn(scene.world);
  const { influxdb, secretsManager, admin } = scene.world;
  shell = new Shell(PROGRAM_FILE, {
    ...deployed.env,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
    ...{ INFLUX_HOST: influxdb.url, INFLUX_TOKEN: admin.operatorToken },
    ...{ INFLUX_URL: influxdb.url, OPERATOR_TOKEN: admin.operatorToken },
  });
}

/** The block with what its placeholders stand for. */
async function filled(text: string, { names = {} }: Situation, screens: string): Promise<string> {
  const all = { consumer: 'telegraf', secret: scene.secret, why: 'a test', ...names };
  let done = text;
  for (const [whole, name = ''] of text.matchAll(/<([a-z][^<>]*)>/g)) {
    const stands = (all as NonNullable<Situation['names']>)[name];
    const value =
      typeof stands === 'function'
        ? await stands(scene)
        : stands instanceof RegExp
          ? stands.exec(screens)?.[1]
          : stands;
    if (value === undefined) throw new Error(`nothing that was seen says what ${whole} stands for`);
    done = done.replaceAll(whole, value);
  }
  return done;
}

describe.each(Object.entries(SITUATIONS))('%s', (heading, situations) => {
  afterEach(async () => {
    shell.remove();
    await deployed.close();
    await scene.close();
  });

  it.each(situations.map((situation) => [situation.when, situation] as const))('%s', async (_when, situation) => {
    await open(situation);
    const blocks = SECTIONS.get(heading) ?? [];
    expect(situation.blocks).toHaveLength(blocks.length);
    await situation.prepare?.(scene, shell.folder);
    let screens = '';
    for (const [index, { text }] of blocks.entries()) {
      const { code = 0, shows, meanwhile } = situation.blocks[index] ?? { shows: /^/ };
      const typed = await filled(text, situation, screens);
      const pasted = text.startsWith('read ') ? await situation.pasted?.(scene) : undefined;
      const seen = await shell.type(typed, pasted);
      expect(seen, typed).toEqual({ code, screen: expect.stringMatching(shows) });
      screens += `\n${seen.screen}`;
      await meanwhile?.(scene, shell.folder);
    }
    expect(await scene.works()).toBe(true);
    expect(await shell.type('npx influxdb-token-rotation status --gate')).toMatchObject({ code: 0 });
    expect((await situation.isOver?.(scene)) ?? true).toBe(true);
  });
});

it('every block of the page is typed, or it is said why not', () => {
  expect([...SECTIONS.keys()].toSorted()).toEqual(Object.keys(SITUATIONS).toSorted());
  expect(BLOCKS.filter((block) => notTyped(block) === undefined && block.language !== 'sh')).toEqual([]);
  expect(new Set(BLOCKS.flatMap((block) => notTyped(block) ?? []))).toEqual(new Set(Object.keys(NOT_TYPED)));
});
