import * as z from 'zod/mini';
import { ID } from './authorization.ts';

/** An org by its id or its name. */
export type OrgFilter = { readonly orgID: string } | { readonly org: string };

export interface Bucket {
  readonly id: string;
  readonly name: string;
  readonly orgId: string;
}

/** A user. The tokens of an inactive one are refused, whatever their own rows say. */
export interface User {
  readonly id: string;
  readonly status: 'active' | 'inactive';
}

const WireId = z.string().check(z.regex(ID));

export const BucketAnswer = z.pipe(
  z.object({ id: WireId, name: z.string(), orgID: WireId }),
  z.transform(({ orgID, ...bucket }): Bucket => ({ ...bucket, orgId: orgID })),
);
export const BucketsAnswer = z.object({ buckets: z.array(BucketAnswer) });

/** InfluxDB takes any text as the status of a new user, and shuts out nobody but for `inactive`. */
export const UserAnswer = z.pipe(
  z.object({ id: WireId, name: z.string(), status: z._default(z.string(), 'active') }),
  z.transform(({ id, name, status }): User & { readonly name: string } => ({
    id,
    name,
    status: status === 'inactive' ? 'inactive' : 'active',
  })),
);
export const UsersAnswer = z.object({ users: z.array(UserAnswer) });

export const OrgsAnswer = z.object({ orgs: z.array(z.object({ id: WireId, name: z.string() })) });

/** InfluxDB lists no more at a time. */
export const ROWS_A_PAGE = 100;

/** What a list of each kind of thing holds. */
export interface Lists {
  readonly buckets: readonly Bucket[];
  readonly users: readonly (User & { readonly name: string })[];
  readonly orgs: readonly { readonly id: string; readonly name: string }[];
}

export const LISTS: { readonly [What in keyof Lists]: z.ZodMiniType<Lists[What]> } = {
  buckets: z.pipe(
    BucketsAnswer,
    z.transform(({ buckets }) => buckets),
  ),
  users: z.pipe(
    UsersAnswer,
    z.transform(({ users }) => users),
  ),
  orgs: z.pipe(
    OrgsAnswer,
    z.transform(({ orgs }) => orgs),
  ),
};

export const IdAnswer = z.object({ id: WireId });
export const ResourcesAnswer = z.array(z.string());
