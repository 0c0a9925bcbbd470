import type { Context } from 'aws-lambda';
import { type Configuration, parseConfiguration } from '../../lambda/config/configuration.ts';
import type { ConsumerFile } from '../../lambda/config/file/schema.ts';
import type { ConfigurationOfMany, ScaleSettings } from '../../lambda/config/scale.ts';
import type { RunReport } from '../../lambda/engine/report/report.ts';
import { createHandler } from '../../lambda/handler.ts';
import { handleAtScale } from '../../lambda/scale/open.ts';
import type { ScaleParts } from '../../lambda/scale/parts.ts';
import { type S3Server, startS3 } from '../../local/s3/server.ts';
import { World } from '../../simulation/world.ts';

export const MANIFEST = { bucket: 'manifests', key: 'consumers.jsonl' };
export const WORK = 'work';
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** A consumer of a manifest, as people write it. */
export function aLine(name: string, more: Partial<ConsumerFile> = {}): ConsumerFile {
  return { name, secret: `influxdb/acme/${name}`, read: ['telemetry'], ...more };
}

/** A world whose consumers are in a manifest, and the function that serves them in batches. */
export class DistributedWorld {
  readonly world: World;
  readonly s3: S3Server;
  readonly settings: ScaleSettings;
  /** What the last state published of all consumers. */
  readonly published: RunReport[] = [];
  base: ConfigurationOfMany;

  private constructor(world: World, s3: S3Server, base: ConfigurationOfMany, settings: ScaleSettings) {
    this.world = world;
    this.s3 = s3;
    this.base = base;
    this.settings = settings;
  }

  static async open(lines: readonly ConsumerFile[], more: Partial<ScaleSettings> = {}): Promise<DistributedWorld> {
    const base: ConfigurationOfMany = {
      deployment: 'prod',
      influxdb: { url: 'http://127.0.0.1:1', org: 'acme', tokenSecret: 'influxdb/rotator' },
      defaults: { owner: 'svc-many', probe: 'never', spread: '0s' },
    };
    const configuration: Configuration = parseConfiguration({ ...base, consumers: lines });
    const world = await World.create({ configuration });
    const s3 = await startS3({ now: world.clock.now, buckets: [MANIFEST.bucket, WORK] });
    const influxdb = { ...base.influxdb, url: world.influxdb.url };
    const settings = {
      manifest: MANIFEST,
      work: WORK,
      batchSize: 4,
      maxConcurrency: 2,
      longestMs: 86_400_000,
      ...more,
    };
    const distributed = new DistributedWorld(world, s3, { ...base, influxdb }, settings);
    distributed.write(lines);
    return distributed;
  }

  /** Puts the manifest where the planner reads it. */
  write(lines: readonly object[]): void {
    const text = lines.map((line) => JSON.stringify(line)).join('\n');
    this.s3.objects.set(`${MANIFEST.bucket}/${MANIFEST.key}`, text);
  }

  /** What the function is given where it is deployed. */
  get parts(): ScaleParts {
    const { world, base, settings } = this;
    const { clock, secretsManagerConfig: secretsManager, history } = world;
    const log = history.on(() => {});
    const common = { clock, secretsManager, history, log };
    return {
      ...{ base, settings, clock, secretsManager, events: undefined, environment: {} },
      s3: { endpoint: this.s3.url, region: 'us-east-1', credentials: CREDENTIALS, forcePathStyle: true },
      createHandler: (options) => createHandler({ publishMetrics: () => {}, ...common, ...options }),
      createLog: () => log,
      publishAll: (report) => this.published.push(report),
    };
  }

  /** Invokes the function once. */
  async invoke(event: unknown, context: Partial<Context> = {}, more: Partial<ScaleParts> = {}): Promise<unknown> {
    const endsAt = this.world.clock.now() + 900_000;
    const getRemainingTimeInMillis = () => endsAt - this.world.clock.now();
    return handleAtScale({ ...this.parts, ...more }, event, { getRemainingTimeInMillis, ...context });
  }

  /** All states one after the other, as the state machine asks for them; what the last one gives or throws. */
  async run(execution: string): Promise<unknown> {
    const { batches } = (await this.invoke({ scale: 'plan', execution })) as { readonly batches: number };
    if (batches === 0) return undefined;
    const all = [...Array(batches).keys()];
    for (const batch of all) await this.invoke({ scale: 'look', execution, batch });
    for (const batch of all) await this.invoke({ scale: 'rotate', execution, batch }).catch(() => {});
    return this.invoke({ scale: 'sum-up', execution });
  }

  async close(): Promise<void> {
    await this.s3.close();
    await this.world.close();
  }
}
