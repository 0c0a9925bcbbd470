import { CallError } from '../../calls/call-error.ts';
import { endsRun } from '../../calls/failure.ts';
import type { ConsumerSettings } from '../../config/configuration.ts';
import { idIn } from '../../influxdb/authorization.ts';
import { InfluxdbError } from '../../influxdb/errors.ts';
import type { Named } from '../../log/mend.ts';
import type { ReadingInfluxdb } from './reads.ts';
import type { Target, UnresolvedTarget } from './target.ts';

/** What does not exist, and what to do about it. */
export type Absence = Pick<UnresolvedTarget, 'problem' | 'mends'>;

/** The buckets that a consumer's token would be for, and that the configuration names by id. */
function bucketsById({ access }: ConsumerSettings): string[] {
  switch (access.kind) {
    case 'buckets':
      return [...new Set([...access.read, ...access.write])].flatMap((bucket) => idIn(bucket) ?? []);
    case 'permissions':
      return access.permissions.flatMap(({ resource: { type, id } }) =>
        type === 'buckets' && id !== undefined ? id : [],
      );
    default:
      return [];
  }
}

function ownerById({ owner }: ConsumerSettings): string | undefined {
  return owner === undefined ? undefined : idIn(owner);
}

/** A name was looked up by this run; an id is believed until a token is due for it. */
export function namesById(settings: ConsumerSettings): boolean {
  return ownerById(settings) !== undefined || bucketsById(settings).length > 0;
}

/**
 * Whether what the configuration names by id exists, as far as InfluxDB tells the rotator: of a bucket it tells anybody,
 * of a user and an org whoever may read them. Each is asked about once.
 */
export class Existence {
  readonly #influxdb: Pick<ReadingInfluxdb, 'getBucket' | 'getUser' | 'exists'>;
  readonly #asked = new Map<string, Promise<Absence | undefined>>();

  constructor(influxdb: Pick<ReadingInfluxdb, 'getBucket' | 'getUser' | 'exists'>) {
    this.#influxdb = influxdb;
  }

  /** What is wrong, and what to do about it; undefined if nothing is known to be. */
  async problemOf(settings: ConsumerSettings, { orgId }: Pick<Target, 'orgId'>): Promise<Absence | undefined> {
    const owner = ownerById(settings);
    const ofOwner =
      owner === undefined ? undefined : await this.#once(`user ${owner}`, () => this.#ownerProblem(owner));
    if (ofOwner !== undefined) return ofOwner;
    const ofOrg = await this.#once(`org ${orgId}`, () => this.#orgProblem(orgId));
    if (ofOrg !== undefined) return ofOrg;
    for (const id of bucketsById(settings)) {
      const problem = await this.#once(`bucket ${id} of ${orgId}`, () => this.#bucketProblem(id, orgId));
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  /** The rotator's token often lacks the right to read the org: then nothing is known. */
  async #orgProblem(id: string): Promise<Absence | undefined> {
    const exists = await this.#influxdb.exists('/api/v2/orgs/{id}', id);
    if (exists !== false) return undefined;
    return absent('org', id, `the org ${id} does not exist: correct influxdb.orgId`);
  }

  async #ownerProblem(id: string): Promise<Absence | undefined> {
    const user = await seen(this.#influxdb.getUser(id));
    if (user === 'absent')
      return absent('owner', id, `the owner ${id} does not exist: correct "owner", or create the user and give its id`);
    if (user?.status === 'inactive')
      return {
        problem: `the owner ${id} is deactivated, so that InfluxDB refuses all of its tokens: activate the user, or name another as "owner"`,
        mends: [{ kind: 'activate', user: id }],
      };
    return undefined;
  }

  async #bucketProblem(id: string, orgId: string): Promise<Absence | undefined> {
    const bucket = await seen(this.#influxdb.getBucket(id));
    if (bucket === 'absent')
      return absent(
        'bucket',
        id,
        `the bucket ${id} does not exist, so that no token can be made for it: was it deleted? Give the id or the name of another (influx bucket list), or take it out of the consumer`,
      );
    if (bucket !== undefined && bucket.orgId !== orgId)
      return absent(
        'bucket',
        id,
        `the bucket ${id} belongs to the org ${bucket.orgId}, but the tokens to ${orgId}: correct the id, or the org`,
      );
    return undefined;
  }

  #once(key: string, ask: () => Promise<Absence | undefined>): Promise<Absence | undefined> {
    const known = this.#asked.get(key) ?? ask();
    this.#asked.set(key, known);
    return known;
  }
}

function absent(of: Named, name: string, problem: string): Absence {
  return { problem, mends: [{ kind: 'name', of, name }] };
}

/** `absent` where InfluxDB itself says so; undefined where it does not tell. */
async function seen<T>(answer: Promise<T>): Promise<T | 'absent' | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof InfluxdbError && error.absent !== undefined) return 'absent';
    if (!(error instanceof CallError) || endsRun(error)) throw error;
    return undefined;
  }
}
