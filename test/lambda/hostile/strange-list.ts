import { aConfiguration, aConsumer } from '../../builders/a-configuration.ts';
import { consumerIn, Scene } from '../../builders/a-scene.ts';
import { peakMemory } from '../../builders/peak-memory.ts';

// A run whose list of authorizations is strange, and large, in a process of its own, so that its memory is its own.
// Prints what came of it.

export interface Verdict {
  readonly state: string;
  /** Of each token that the report names. */
  readonly isCurrent: readonly boolean[];
  /** Of the list. */
  readonly bytes: number;
  /** By how many bytes the process was larger at its largest, the server included. */
  readonly grownBy: number;
}

type Json = Record<string, unknown>;

const scene = await Scene.open({ configuration: aConfiguration([aConsumer()]) });
await scene.run();
const before = process.memoryUsage().rss;
const id = await scene.currentId();
let bytes = 0;
scene.world.influxdb.faults.add({
  on: 'GET /api/v2/authorizations',
  rewrite: (answer) => {
    const [row = {}] = (JSON.parse(String(answer.body)) as { authorizations: Json[] }).authorizations;
    const others = Array.from({ length: 50_000 }, (_, index) => ({
      ...row,
      id: (index + 1).toString(16).padStart(16, '0'),
      userID: '00000000000000ff',
      description: `somebody's, no. ${index}: ${'x'.repeat(500)}`,
      createdAt: '0001-01-01T00:00:00Z',
      colour: 'red',
    }));
    const body = JSON.stringify({ authorizations: [...others, row, row] });
    bytes = body.length;
    return { ...answer, body };
  },
});
const { state, tokens } = consumerIn(await scene.run());
const grownBy = peakMemory() - before;
await scene.close();
const isCurrent = tokens.map(({ authorizationId }) => authorizationId === id);
process.stdout.write(JSON.stringify({ state, isCurrent, bytes, grownBy } satisfies Verdict));
