import type { Reason } from './reason.ts';

/** The command with which an operator makes the rotator's next token: docs/rotator-token.md, filled in. */
export function commandForOwnToken({
  secret,
  tokenKey,
  orgId,
  userId,
  wanted,
}: Omit<Reason<'OWN_RIGHTS_LACKING'>, 'code' | 'rights'>): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const body = JSON.stringify({ orgID: orgId, userID: userId, description: 'token rotator', permissions: wanted });
  return [
    `curl -fsS "$INFLUX_HOST/api/v2/authorizations" -H "Authorization: Token $INFLUX_TOKEN" -H 'Content-Type: application/json' -d ${quoted(body)}`,
    `jq ${quoted(`{${JSON.stringify(tokenKey)}: .token}`)}`,
    `aws secretsmanager put-secret-value --secret-id ${secret} --secret-string file:///dev/stdin`,
  ].join(' | ');
}
