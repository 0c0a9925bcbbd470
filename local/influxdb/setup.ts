import { authorizationLinks } from './authorization-answer.ts';
import { answerBucket } from './bucket-json.ts';
import { answerJson, type Handler } from './endpoint.ts';
import { ApiError } from './errors.ts';
import { goString, type Shape } from './go-json-decode.ts';
import { bodyOrInternalError, integer, optionalText, text } from './json-body.ts';
import { answerOrg } from './orgs.ts';
import { allAccessPermissions, operatorPermissions } from './permissions.ts';
import { answerUser, demandPassword } from './users.ts';

const setupShape = {
  kind: 'struct',
  type: 'influxdb.OnboardingRequest',
  fields: {
    username: goString,
    password: goString,
    org: goString,
    bucket: goString,
    retentionPeriodSeconds: { kind: 'integer', type: 'int64' },
    retentionPeriodHrs: { kind: 'integer', type: 'time.Duration' },
    token: goString,
  },
} as const satisfies Shape;

/** Nanoseconds: `retentionPeriodHrs` is a Go duration, whatever its name says. */
const nanosecondsASecond = 1e9;

export const getSetup: Handler = ({ store }) =>
  answerJson(200, { allowed: store.tables.users.size === 0 && store.tables.orgs.size === 0 });

/**
 * `POST /api/v2/setup`: the first user, org, bucket and token. In the mode `cloud` the token is all-access, since Cloud
 * has no operator tokens.
 */
export const postSetup: Handler = ({ store, request }) => {
  const body = bodyOrInternalError(request.body, setupShape);
  if (store.tables.users.size > 0 || store.tables.orgs.size > 0)
    throw new ApiError('conflict', 'onboarding has already been completed');
  const missing = ['username', 'org', 'bucket'].filter((field) => text(body[field]) === '');
  if (missing.length > 0)
    throw new ApiError('unprocessable entity', `onboarding failed: missing required fields [${missing.join(',')}]`);
  const password = text(body.password);
  if (password !== '') demandPassword(password);
  const user = store.addUser({ name: text(body.username), oauthId: undefined, status: 'active' });
  if (password !== '') store.tables.passwords.set(user.id, password);
  const org = store.addOrg(text(body.org), '', user.id);
  store.tables.instanceOwnerId = user.id;
  const retention = integer(body.retentionPeriodSeconds);
  const bucket = store.addBucket(
    {
      orgId: org.id,
      type: 'user',
      name: text(body.bucket),
      description: '',
      retentionPolicy: '',
      retentionSeconds: retention > 0 ? retention : Math.round(integer(body.retentionPeriodHrs) / nanosecondsASecond),
    },
    0,
  );
  const permissions = store.mode === 'cloud' ? allAccessPermissions(org.id, user.id) : operatorPermissions();
  const fields = {
    status: 'active',
    description: `${user.name}'s Token`,
    orgId: org.id,
    userId: user.id,
    permissions,
  } as const;
  const { row, token } = store.addAuthorization(fields, optionalText(body.token) || undefined);
  const auth = {
    id: row.id,
    token,
    ...(store.mode === 'hashed' ? { hashedToken: row.tokenHash } : {}),
    status: row.status,
    description: row.description,
    orgID: row.orgId,
    userID: row.userId,
    permissions: row.permissions,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    links: authorizationLinks(row),
  };
  return answerJson(201, { user: answerUser(user), bucket: answerBucket(bucket), org: answerOrg(org), auth });
};
