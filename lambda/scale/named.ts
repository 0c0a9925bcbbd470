import type { ConsumerFile } from '../config/file/schema.ts';
import { LOOKS_ONLY, RequestError } from '../requests/request.ts';
import { configurationOf } from './batch-configuration.ts';
import { holdersIn } from './look.ts';
import { type Invocation, type ScaleParts, withObjects } from './parts.ts';
import { standInConfiguration } from './stand-in.ts';
import { Turns } from './turn.ts';
import { type Plan, Work } from './work.ts';

/**
 * A look or a command of an operator, about consumers that it names. They are as the last whole run found them in the
 * manifest, since that checked them all together.
 * @throws {RequestError} if it names none, or some that are not there.
 */
export async function serveNamed(parts: ScaleParts, event: unknown, context: Invocation): Promise<unknown> {
  const names = namesIn(event, parts.settings.batchSize);
  const { limits } = standInConfiguration(parts);
  const found = await withObjects(parts, limits, context, async (objects) => {
    const { last } = await new Turns(objects, parts.settings.work).read();
    if (last === undefined)
      throw new RequestError(
        'no run of all consumers has ended yet, and only that knows them: start the state machine',
      );
    const work = new Work(objects, parts.settings.work, last);
    const plan = await work.readPlan();
    const consumers = await consumersOf(work, plan, names);
    // Who only looks ends nothing.
    const isLook = LOOKS_ONLY.has((event as { readonly action: never }).action);
    const holders = isLook ? new Map<string, string>() : await holdersIn(work, plan, names);
    return { consumers, plan, holders };
  });
  const configuration = configurationOf(parts, found.consumers, found.plan.consumers);
  const { holders } = found;
  return parts.createHandler({ configuration, elsewhere: { holders } })(event, context);
}

function namesIn(event: unknown, most: number): ReadonlySet<string> {
  const { action, consumers, consumer } = (event ?? {}) as Readonly<Record<string, unknown>>;
  if (action === 'retire')
    throw new RequestError(
      'retire is not answered with "scale": "distributed", because it must see all consumers: delete the authorization in InfluxDB, if no secret holds its token',
    );
  const given: unknown[] = Array.isArray(consumers) ? consumers : consumer === undefined ? [] : [consumer];
  const names = new Set(given.filter((name) => typeof name === 'string'));
  if (names.size === 0)
    throw new RequestError(
      'with "scale": "distributed" a request must name its "consumers": for a run of all of them, start the state machine',
    );
  if (names.size > most) throw new RequestError(`names ${names.size} consumers: name at most ${most} at once`);
  return names;
}

async function consumersOf(work: Work, { batches }: Plan, names: ReadonlySet<string>): Promise<ConsumerFile[]> {
  const found: ConsumerFile[] = [];
  for (let batch = 0; batch < batches && found.length < names.size; batch += 1)
    found.push(...(await work.readBatch(batch)).filter(({ name }) => names.has(name)));
  const known = new Set(found.map(({ name }) => name));
  const unknown = [...names].filter((name) => !known.has(name));
  if (unknown.length === 0) return found;
  const listed = unknown.slice(0, 5).map((name) => JSON.stringify(name));
  throw new RequestError(
    `${listed.join(', ')}${unknown.length > listed.length ? ` and ${unknown.length - listed.length} more` : ''}: not in the manifest when the last run read it; correct the name, or wait for the next run`,
  );
}
