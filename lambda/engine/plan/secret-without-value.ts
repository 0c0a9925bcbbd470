import { identityOf } from '../document/marker.ts';
import type { SecretContent } from '../document/secret-content.ts';
import { changed, type Decision, failed, idle } from './decision.ts';
import type { Facts } from './facts.ts';
import { planFirstToken } from './first-token.ts';
import { listed } from './listed.ts';
import type { Reason } from './reason.ts';
import { planRetiredConsumer } from './retired-consumer.ts';

const EMPTY: SecretContent = { kind: 'none', token: undefined };

/** R2a and R2b: there is no secret, or nobody has put a value into it. */
export function planWithoutValue(facts: Facts): Decision {
  const { settings, answers, deployment } = facts;
  const { name: consumer, secret } = settings;
  const description = answers.description();
  if (settings.retired) return planRetiredWithoutValue(facts);
  if (description === undefined) {
    if (settings.createSecret) return planFirstToken(facts, undefined, EMPTY, 'secret');
    return failed(
      { code: 'SECRET_NOT_FOUND', secret, consumer, ...liveTokens(facts) },
      { notes: noteOnOrphans(facts) },
    );
  }
  if (description.deletedAt !== undefined) return planDeletedSecret(facts);
  if (description.current !== undefined) return changed();
  const identity = identityOf(deployment, consumer, description.arn);
  const start = { secretId: description.arn, identity, versionId: '', text: '{}' };
  return planFirstToken(facts, start, EMPTY, 'value');
}

/**
 * A retired consumer's secret is often on its way out, too. Its `DeletedDate` lies ahead, where the markers of its
 * tokens can no longer be told from others'; scheduling the deletion was its last change.
 */
function planRetiredWithoutValue(facts: Facts): Decision {
  const description = facts.answers.description();
  if (description === undefined) return idle({ code: 'RETIRED_WITHOUT_SECRET' }, { notes: noteOnOrphans(facts) });
  const identity = identityOf(facts.deployment, facts.settings.name, description.arn);
  return planRetiredConsumer(facts, identity, undefined, description.lastChangedAt ?? facts.now);
}

/** R2a: its tokens live on, and nothing reads them. */
export function planDeletedSecret(facts: Facts): Decision {
  if (facts.settings.retired) return planRetiredWithoutValue(facts);
  return failed({ code: 'SECRET_DELETED', secret: facts.settings.secret }, { notes: noteOnOrphans(facts) });
}

/** Tokens that work were in some secret: the name of the configured one is more likely wrong than that it is gone. */
function liveTokens({ listing, deployment, settings }: Facts): { readonly authorizationIds?: readonly string[] } {
  const live = listing.markedByName(deployment, settings.name).filter(({ row }) => row.status === 'active');
  return live.length === 0 ? {} : { authorizationIds: listed(live).shown.map(({ row }) => row.id) };
}

/** With the secret went its ARN, which alone could tell its tokens from those of another stack of the same name. */
function noteOnOrphans({ listing, deployment, settings }: Facts): Reason[] {
  const authorizationIds = listing.markedByName(deployment, settings.name).map(({ row }) => row.id);
  return authorizationIds.length === 0 ? [] : [{ code: 'SECRET_GONE', authorizationIds }];
}
