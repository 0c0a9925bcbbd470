import { parseObject } from '../../secrets-manager/json-object.ts';
import { type RotationDocument, tokenHash } from '../document/document.ts';
import { type Identity, inMarker } from '../document/marker.ts';
import { ownDocument, whoseDocument } from '../document/own.ts';
import { nestedTokenKeys, otherTokenKeys } from '../document/secret-content.ts';
import { Unanswered } from '../observe/question.ts';
import { countedRows } from './counted-rows.ts';
import { planCurrentToken } from './current-token.ts';
import { blocked, changed, type Decision, failed, type Plan } from './decision.ts';
import { notesOnException } from './exempt.ts';
import type { Facts } from './facts.ts';
import { planFirstToken } from './first-token.ts';
import { nameUnresolved } from './name-unresolved.ts';
import { planReactivation, planRollback } from './older-token.ts';
import { withAlarmOfOlder } from './older-token-alarm.ts';
import { notesOnOwnRights } from './own-advice.ts';
import type { Owned } from './owned.ts';
import type { Reason } from './reason.ts';
import { planRetiredConsumer } from './retired-consumer.ts';
import { underService } from './rotated-by-service.ts';
import { planDeletedSecret, planWithoutValue } from './secret-without-value.ts';
import type { StartingVersion } from './steps.ts';

/**
 * Decides what a run does for one consumer. Pure and total: the same facts give the same answer, which is a decision
 * with a reason, or the one thing that must be looked at first.
 */
export function plan(facts: Facts): Plan {
  try {
    return withNotesOnException(facts, withUnresolved(facts, decide(facts)));
  } catch (error) {
    if (error instanceof Unanswered) return { kind: 'question', question: error.question };
    throw error;
  }
}

/** What is wrong with a name is told also where something else comes first, so that both are mended at once. */
function withUnresolved({ target }: Facts, decision: Decision): Decision {
  if (target.kind === 'resolved' || (decision.state !== 'failed' && decision.state !== 'blocked')) return decision;
  const { reason, obstacle, notes } = decision;
  if ([reason, obstacle, ...notes].some((each) => each?.code === 'NAME_UNRESOLVED')) return decision;
  return { ...decision, notes: [...notes, nameUnresolved(target)] };
}

function withNotesOnException(facts: Facts, decision: Decision): Decision {
  const notes = notesOnException(facts);
  return notes.length === 0 ? decision : { ...decision, notes: [...decision.notes, ...notes] };
}

function unreadable(
  secret: string,
  { detail, remedy, mends }: Extract<Facts['secret'], { kind: 'unreadable' }>,
): Reason<'SECRET_UNREADABLE'> {
  return { code: 'SECRET_UNREADABLE', secret, detail, remedy, ...(mends !== undefined && { mends }) };
}

function decide(facts: Facts): Decision {
  const { settings } = facts;
  const { secret } = settings;
  switch (facts.secret.kind) {
    case 'deleted':
      return planDeletedSecret(facts);
    case 'unreadable':
      return failed(unreadable(secret, facts.secret));
    case 'binary':
      return failed({ code: 'SECRET_BINARY', secret });
    case 'not-found':
      return planWithoutValue(facts);
    case 'value':
      return withOwnRights(
        facts,
        unlessChanged(
          facts,
          facts.secret.versionId,
          withAlarmOfOlder(facts, underService(facts, planWithValue(facts, facts.secret))),
        ),
      );
  }
}

function planWithValue(
  facts: Facts,
  {
    arn,
    versionId,
    createdAt: since,
    text,
    content,
    identity,
    tokenHash: held,
  }: Extract<Facts['secret'], { kind: 'value' }>,
): Decision {
  const { settings } = facts;
  const { name: consumer, secret, tokenKey } = settings;
  if (settings.retired) return planRetiredConsumer(facts, identity, ownDocument(content, identity), since);
  const start: StartingVersion = { secretId: arn, identity, versionId, text };
  switch (content.kind) {
    case 'not-an-object':
      if (content.token === undefined) return failed({ code: 'SECRET_NOT_JSON', secret, wrong: content.wrong });
      if (!settings.convert) return failed({ code: 'SECRET_PLAIN_TOKEN', secret, consumer, tokenKey });
      return planFirstToken(facts, { ...start, text: '{}' }, content);
    case 'malformed':
      return failed({ code: 'SECRET_MALFORMED', secret, problem: content.problem });
  }
  const owned = whoseDocument(content, identity);
  switch (owned.kind) {
    case 'none': {
      // A slip in "tokenKey" would leave the applications with their old token for ever.
      const keys = content.token === undefined ? otherTokenKeys(text, tokenKey) : [];
      const nested = content.token === undefined ? nestedTokenKeys(text, tokenKey) : [];
      if (keys.length + nested.length > 0)
        return blocked({ code: 'TOKEN_KEY_UNKNOWN', secret, tokenKey, keys, nested });
      return planFirstToken(facts, start, content);
    }
    case 'copied':
      if (content.token !== undefined && isUnderAnotherKey(text, owned.document))
        return blocked({ code: 'TOKEN_KEY_TAKEN', secret, tokenKey });
      return planFirstToken(facts, start, content);
    case 'another': {
      // A secret that deployments share: one of them rotates its token, and the others read it.
      const shared = settings.access.kind === 'rotator' && owned.owner.fingerprint === identity.fingerprint;
      return blocked({ code: shared ? 'ROTATED_BY_ANOTHER' : 'DOCUMENT_OF_ANOTHER', secret, owner: owned.owner });
    }
    case 'own': {
      const { document } = owned;
      const { token } = content;
      // Nobody edited this version, so it is the configuration that names another key now.
      if (content.kind === 'ours' && held !== undefined && held !== document.tokenHash)
        return blocked({ code: 'TOKEN_KEY_TAKEN', secret, tokenKey });
      if (!speaksOfToken(facts, identity, document, held))
        return planFirstToken(facts, start, content, undefined, document);
      return planOwned(facts, { start, document, token, edited: content.kind === 'edited', since });
    }
  }
}

/** What an operator asks for of the older token comes before what the rules say of the current one. */
function planOwned(facts: Facts, owned: Owned): Decision {
  const { asked } = facts;
  switch (asked?.command.action) {
    case 'reactivate':
      return planReactivation(facts, owned, asked, asked.command.forMs);
    case 'rollback':
      return planRollback(facts, owned, asked);
    default:
      return planCurrentToken(facts, owned);
  }
}

/** Our token is still there, under another key than the configured one, which holds something of the application's. */
function isUnderAnotherKey(text: string, document: RotationDocument): boolean {
  const members = Object.values(parseObject(text) ?? {});
  return members.some((member) => typeof member === 'string' && tokenHash(member) === document.tokenHash);
}

/**
 * H2: the server's own word on whose value this is. Somebody may have put an older token of ours over the current one,
 * and its hash with it, and have forgotten the id. Or the document names a row without a hash, though the marker of
 * another row of ours says that it is that one's value: the named one would be taken for the current token, and the
 * rotation would wait for ever for the real one.
 */
function speaksOfToken(
  facts: Facts,
  identity: Identity,
  document: RotationDocument,
  held: string | undefined,
): boolean {
  if (held === undefined) return true;
  const { listing } = facts;
  const hash = listing.markerOf(document.authorizationId)?.tokenHash;
  if (hash !== undefined) return hash === inMarker(held);
  const marked = countedRows(facts, listing.markedAs(identity), document);
  return !marked.some(({ marker }) => marker.tokenHash === inMarker(held));
}

function withOwnRights(facts: Facts, decision: Decision): Decision {
  const notes = notesOnOwnRights(facts);
  return notes.length === 0 ? decision : { ...decision, notes: [...decision.notes, ...notes] };
}

/** R1: a decision that rests on another version than the one that is current now is no decision. */
function unlessChanged(facts: Facts, versionId: string, decision: Decision): Decision {
  const description = facts.answers.knownDescription();
  if (description === 'unasked' || description?.current === versionId) return decision;
  return changed();
}
