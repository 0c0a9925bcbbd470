import type { Permission } from '../../config/permission.ts';
import { listed } from './listed.ts';
import { commandForOwnToken } from './operator-command.ts';
import type { Reasons } from './reason.ts';

const SHOWN = 10;

/** As they stand in a token's permissions: the first ten. */
function asGranted(rights: readonly Permission[]): string {
  const shown = rights.slice(0, SHOWN).map((permission) => JSON.stringify(permission));
  return [...shown, ...(rights.length > SHOWN ? [`and ${rights.length - SHOWN} more`] : [])].join(', ');
}

type About<Code extends keyof Reasons> = (about: Reasons[Code]) => string;

const rotatedByAnother: About<'ROTATED_BY_ANOTHER'> = ({ secret, owner }) =>
  `managed by deployment ${owner.deployment}, which rotates the token in secret ${secret}; this deployment only reads it: take influxdb.self out of this configuration, since only one may rotate a token that several share`;

const rightsLacking: About<'OWN_RIGHTS_LACKING'> = ({ rights, ...needed }) =>
  `the rotator's own token lacks ${asGranted(rights)}, and InfluxDB lets no token grant what it has not: an operator makes the next one with ${commandForOwnToken(needed)}`;

const rightsShrink: About<'RIGHTS_SHRINK'> = ({ secret, rights }) =>
  `with its next rotation the rotator's own token in secret ${secret} loses what the configuration does not need: ${asGranted(rights)}; only an operator can give that back, so configure again what is to stay`;

const olderRightsLacking: About<'OLDER_RIGHTS_LACKING'> = ({ authorizationId, rights }) =>
  `the rotator's own token before the current one, authorization ${authorizationId}, lacks ${asGranted(rights)}, which the configuration needs and no run could give back, so it does not become current: if the present one does not work, ask for a new one (rotate)`;

const ownTokensLeft: About<'OWN_TOKENS_LEFT'> = ({ authorizationIds }) =>
  `authorizations ${listed(authorizationIds).shown.join(', ')} were the rotator's own tokens before: influxdb-token-rotation init --config FILE deletes them`;

/** What is said of the rotator's own token alone. */
export const OWN_SENTENCES = {
  ROTATED_BY_ANOTHER: rotatedByAnother,
  OWN_RIGHTS_LACKING: rightsLacking,
  RIGHTS_SHRINK: rightsShrink,
  OLDER_RIGHTS_LACKING: olderRightsLacking,
  OWN_TOKENS_LEFT: ownTokensLeft,
} as const;
