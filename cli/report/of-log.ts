import type { Deed } from '../../lambda/evidence/deed.ts';
import type { EventCode } from '../../lambda/log/events.ts';
import type { Past } from '../log/past.ts';
import type { SeenDeed } from './material.ts';

/** What the log says was done, as a record would have said it. */
const WHAT = {
  SECRET_CREATED: 'secret-created',
  OWNER_CREATED: 'owner-created',
  TOKEN_MINTED: 'minted',
  TOKEN_VERIFIED: 'verified',
  TOKEN_PROMOTED: 'promoted',
  COPIED_FORWARD: 'copied-forward',
  TOKEN_REACTIVATED: 'reactivated',
  TOKEN_COMPROMISED: 'noted-compromised',
  TOKEN_SWITCHED_OFF: 'switched-off',
  TOKEN_DELETED: 'deleted',
  TOKEN_REFUSED: 'refused',
  TOKEN_NOT_REFUSED: 'not-refused',
} as const satisfies Partial<Record<EventCode, Deed['what']>>;

export const CODES_OF_DEEDS: readonly string[] = Object.keys(WHAT);

/** In order. */
export function deedsInLog({ events }: Past): SeenDeed[] {
  return events.toReversed().flatMap(({ code, at, fields }) => {
    const what = Object.hasOwn(WHAT, code) ? WHAT[code as keyof typeof WHAT] : undefined;
    const { consumer, authorizationId, versionId, reason, proof } = fields;
    if (what === undefined || consumer === undefined || (what === 'verified' && proof !== 'works')) return [];
    const deed: Deed = {
      ...{ what, at },
      ...(authorizationId !== undefined && { authorizationId }),
      ...(versionId !== undefined && { versionId }),
      ...(reason !== undefined && { reason }),
      ...(fields.found === 'true' && { reconstructed: true as const }),
    };
    return { consumer, deed, at: Date.parse(at), isExact: true, number: undefined };
  });
}
