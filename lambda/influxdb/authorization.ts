import * as z from 'zod/mini';
import type { Permission } from '../config/permission.ts';

export type Status = 'active' | 'inactive';

/** An authorization: InfluxDB's row of one API token. Times are milliseconds since the epoch, by InfluxDB's clock. */
export interface Authorization {
  readonly id: string;
  readonly status: Status;
  readonly description: string;
  readonly orgId: string;
  readonly userId: string;
  readonly permissions: readonly Permission[];
  readonly createdAt: number;
  readonly updatedAt: number;
  /**
   * The token itself in the answer to its creation. Later it is `""` on servers that hash tokens, `redacted` on Cloud,
   * and still the token on others. Never log it.
   */
  readonly token: string;
}

export interface NewAuthorization {
  readonly orgId: string;
  readonly userId: string;
  readonly description: string;
  readonly status: Status;
  readonly permissions: readonly Permission[];
}

/** What is left out stays as it is. An empty status would be taken for "active". */
export interface AuthorizationPatch {
  readonly status?: Status;
  readonly description?: string;
}

/** An id as InfluxDB writes it: 16 hexadecimal digits in lower case. Zero is not an id. */
export const ID = /^(?!0{16})[0-9a-f]{16}$/;

/** 16 hexadecimal digits are always an id, as they are for InfluxDB itself. */
export function idIn(nameOrId: string): string | undefined {
  const id = nameOrId.toLowerCase();
  return ID.test(id) ? id : undefined;
}

const Time = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const time = Date.parse(text);
    if (Number.isNaN(time)) context.issues.push({ code: 'custom', message: 'not a time', input: undefined });
    return time;
  }),
);

const WireId = z.string().check(z.regex(ID));

// Errors show these, so nothing passes here that could hide a token or fill a log.
const WirePermission = z.object({
  action: z.enum(['read', 'write']),
  resource: z.object({
    type: z.string().check(z.regex(/^[A-Za-z]{1,32}$/)),
    id: z.optional(WireId),
    orgID: z.optional(WireId),
  }),
});

/** One row as the server sends it. */
export const AuthorizationAnswer = z.pipe(
  z.object({
    id: WireId,
    token: z._default(z.string(), ''),
    status: z.enum(['active', 'inactive']),
    description: z._default(z.string(), ''),
    orgID: WireId,
    userID: WireId,
    permissions: z.array(WirePermission),
    createdAt: Time,
    updatedAt: Time,
  }),
  z.transform(({ orgID, userID, ...row }): Authorization => ({ ...row, orgId: orgID, userId: userID })),
);
