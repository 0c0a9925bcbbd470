import { redact } from '../../calls/redact.ts';
import { describePermissions } from '../../influxdb/permissions.ts';
import { bareToken, plainTokenIn } from '../../secrets-manager/plain-token.ts';
import { tokenHash } from '../document/document.ts';
import { namedIn } from '../document/own.ts';
import { isOfValue, showsToken } from '../observe/listing.ts';
import {
  adopteeOf,
  holdsRotators,
  isAdopteeGone,
  type NoAdoptee,
  sharersOf,
  whyNever,
  whyNotAdopted,
} from './adoption.ts';
import type { Facts } from './facts.ts';
import type { Reason } from './reason.ts';

/** Said for as long as the configuration asks for an adoption that cannot have an effect. */
export function notesOnEffect(facts: Facts): Reason[] {
  if (facts.settings.adopt === undefined || facts.settings.adopt === 'auto') return [];
  const found = adopteeOf(facts);
  return found === undefined || 'row' in found ? [] : [noteOnNone(facts, found)];
}

function noteOnNone(facts: Facts, { authorizationId, why }: NoAdoptee): Reason {
  return authorizationId !== undefined && isAdopteeGone(facts, authorizationId)
    ? { code: 'ADOPTED_GONE', authorizationId }
    : { code: 'CANNOT_ADOPT', authorizationId, why };
}

/** What a copy forward says of what its ledger adopts. */
export function notesOnCopy(facts: Facts): Reason[] {
  return adopteeOf(facts) === undefined ? [] : notesOnAdoption(facts);
}

/** What an operator should know of a token that somebody put into the secret, and of what is to be adopted. */
export function notesOnAdoption(facts: Facts): Reason[] {
  return [...notesOnAdopted(facts), ...notesOnForm(facts)];
}

/** Applications that send the value as it stands have no access. */
function notesOnForm({ settings: { secret: name, tokenKey }, secret }: Facts): Reason[] {
  if (secret.kind !== 'value' || secret.content.kind === 'not-an-object') return [];
  const { token = '' } = secret.content;
  const plain = plainTokenIn(token);
  return 'token' in plain && plain.token !== token ? [{ code: 'HELD_NOT_ALONE', secret: name, tokenKey }] : [];
}

function notesOnAdopted(facts: Facts): Reason[] {
  const found = adopteeOf(facts);
  if (found === undefined) return notesOnHeld(facts);
  if ('why' in found) return [noteOnNone(facts, found)];
  const { id: authorizationId, userId, description, permissions } = found.row;
  const consumers = whyNever(facts, found.row) === undefined ? sharersOf(facts, found.row) : [];
  if (consumers.length > 0) return [{ code: 'ADOPTS_LATER', authorizationId, consumers }];
  const why = whyNotAdopted(facts, found.row);
  if (why !== undefined) return [{ code: 'CANNOT_ADOPT', authorizationId, why }];
  const shown = { description: redact(description), permissions: describePermissions(permissions) };
  return [{ code: 'ADOPTS', authorizationId, userId, ...shown }];
}

/** A value that somebody put into the secret, while nothing is to be adopted: whose is it? */
function notesOnHeld(facts: Facts): Reason[] {
  const { settings, listing, secret } = facts;
  const held = secret.kind === 'value' ? secret.content.token : undefined;
  if (held === undefined || secret.kind !== 'value') return [];
  const ours = listing.markedAs(secret.identity).find((marked) => isOfValue(marked, held));
  if (ours !== undefined) return [{ code: 'HELD_IS_OURS', authorizationId: ours.row.id }];
  const named = namedIn(facts.answers.version('AWSPREVIOUS')?.content)?.find(
    (each) => each.tokenHash === tokenHash(held),
  );
  if (named !== undefined) return [{ code: 'HELD_IS_OURS', authorizationId: named.authorizationId }];
  if (holdsRotators(facts)) {
    const own = [...listing.rows()].find((row) => showsToken(row) && facts.isRotators(row.token));
    return [{ code: 'HELD_IS_ROTATORS', secret: settings.secret, authorizationId: own?.id }];
  }
  const match = listing.showing(bareToken(held));
  const consumers = facts.others.sharers(held);
  return [{ code: 'OLD_TOKEN_REMAINS', secret: settings.secret, authorizationId: match?.id, consumers }];
}
