import { readSecretContent } from '../document/document.ts';
import { fingerprintOf, type Identity, isSameIdentity } from '../document/marker.ts';
import { LookNeeded } from '../observe/question.ts';
import { planOwned } from './current-token.ts';
import { blocked, changed, type Decision, failure, idle, type Plan, rotatedElsewhere } from './decision.ts';
import type { Facts } from './facts.ts';
import { planFirstToken } from './first-token.ts';
import { planRetired } from './retired-consumer.ts';
import { ownerOf } from './superseded-token.ts';

/**
 * Decides what a run does for one consumer. Pure and total: the same facts give the same answer, which is a decision
 * with a reason, or the one thing that must be looked at first.
 */
export function plan(facts: Facts): Plan {
  try {
    return decide(facts);
  } catch (error) {
    if (error instanceof LookNeeded) return { kind: 'look', request: error.request };
    throw error;
  }
}

function decide(facts: Facts): Decision {
  const { reading, settings } = facts;
  switch (reading.kind) {
    case 'deleted':
      if (settings.retired) return planRetiredWithoutValue(facts);
      return failure(
        `secret ${settings.secret} is scheduled for deletion: restore it (aws secretsmanager restore-secret --secret-id ${settings.secret}), or take the consumer out of the configuration`,
      );
    case 'unreadable':
      return failure(
        `secret ${settings.secret} cannot be read (${reading.detail}): allow secretsmanager:GetSecretValue on it, and kms:Decrypt where it has a key of its own`,
      );
    case 'binary':
      return failure(
        `secret ${settings.secret} holds binary data, not a JSON object: store its value as a SecretString`,
      );
    case 'not-found':
      return planWithoutValue(facts);
    case 'value': {
      const identity = {
        deployment: facts.deployment,
        consumer: settings.name,
        fingerprint: fingerprintOf(reading.arn),
      };
      return unlessChanged(facts, reading.versionId, planWithValue(facts, reading, identity));
    }
  }
}

/** R2a and R2b: there is no secret, or none has put a value into it. */
function planWithoutValue(facts: Facts): Decision {
  const { settings, looks } = facts;
  const description = looks.description();
  if (settings.retired) return planRetiredWithoutValue(facts);
  if (description === undefined) {
    if (settings.createSecret) return planFirstToken(facts, undefined, { kind: 'none', token: undefined }, 'secret');
    return failure(
      `secret ${settings.secret} does not exist: create it (aws secretsmanager create-secret --name ${settings.secret}), or set "createSecret": true for consumer ${settings.name}`,
      { notes: noteOnOrphans(facts) },
    );
  }
  if (description.deletedAt !== undefined)
    return failure(
      `secret ${settings.secret} is scheduled for deletion: restore it, or take the consumer out of the configuration`,
    );
  if (description.current !== undefined) return changed();
  if (description.rotationEnabled) return rotatedElsewhere(settings.secret);
  const identity = {
    deployment: facts.deployment,
    consumer: settings.name,
    fingerprint: fingerprintOf(description.arn),
  };
  const base = { secretId: description.arn, identity, versionId: '', text: '{}' };
  return planFirstToken(facts, base, { kind: 'none', token: undefined }, 'value');
}

/**
 * A retired consumer's secret is often on its way out, too. Its `DeletedDate` lies ahead, where the markers of its
 * tokens can no longer be told from others'; scheduling the deletion was its last change.
 */
function planRetiredWithoutValue(facts: Facts): Decision {
  const description = facts.looks.description();
  if (description === undefined) return idle('retired, and its secret does not exist', { notes: noteOnOrphans(facts) });
  const identity = {
    deployment: facts.deployment,
    consumer: facts.settings.name,
    fingerprint: fingerprintOf(description.arn),
  };
  return planRetired(facts, identity, undefined, description.lastChangedAt ?? facts.now);
}

/** With the secret went its ARN, which alone could tell its tokens from those of another stack of the same name. */
function noteOnOrphans({ listing, deployment, settings }: Facts): string[] {
  const ids = listing
    .marked()
    .filter(({ marker }) => marker.deployment === deployment && marker.consumer === settings.name)
    .map(({ row }) => row.id);
  if (ids.length === 0) return [];
  return [
    `authorizations ${ids.join(', ')} were made for this consumer, but the secret that they were made for is gone: they are left alone; delete them by hand unless another stack uses them`,
  ];
}

function planWithValue(
  facts: Facts,
  reading: Extract<Facts['reading'], { kind: 'value' }>,
  identity: Identity,
): Decision {
  const { settings } = facts;
  const content = readSecretContent(reading.text, reading.versionId, settings.tokenKey);
  if (settings.retired) {
    const owned =
      (content.kind === 'ours' || content.kind === 'edited') && isSameIdentity(content.document.identity, identity);
    return planRetired(facts, identity, owned ? content.document : undefined, reading.createdAt);
  }
  const base = { secretId: reading.arn, identity, versionId: reading.versionId, text: reading.text };
  switch (content.kind) {
    case 'not-an-object':
      if (content.token === undefined)
        return failure(
          `the value of secret ${settings.secret} is not a JSON object, nor a plain token (is it JSON with a comment, a trailing comma or a byte order mark?): correct it; until then it stays as it is`,
        );
      if (settings.convert)
        return planFirstToken(facts, { ...base, text: '{}' }, { kind: 'none', token: content.token }, undefined);
      return failure(
        `the value of secret ${settings.secret} is not a JSON object: store it as {"${settings.tokenKey}": "<the token>"}, or set "convert": true for consumer ${settings.name} once its readers expect JSON`,
      );
    case 'malformed':
      return failure(`secret ${settings.secret} has ${content.problem}`);
    case 'none':
      return planFirstToken(facts, base, content, undefined);
    case 'ours':
    case 'edited':
    case 'foreign':
      if (!isSameIdentity(content.document.identity, identity)) {
        return blocked(
          `managed by another: the document in secret ${settings.secret} is ${ownerOf(content.document.identity)} (was one secret copied into another, or made anew?); remove its key "rotation" to start with a first token of its own`,
        );
      }
      if (content.kind === 'foreign') return planFirstToken(facts, base, content, undefined);
      return planOwned(facts, base, reading.createdAt, content);
  }
}

/** R1: a decision that rests on another version than the one that is current now is no decision. */
function unlessChanged(facts: Facts, versionId: string, decision: Decision): Decision {
  const description = facts.looks.seenDescription();
  if (description === 'unseen' || description?.current === versionId) return decision;
  return changed();
}
