import { hash } from 'node:crypto';
import { DAY_MS } from '../../config/duration.ts';
import type { Probed } from '../../influxdb/probe.ts';
import { ownDocument } from '../document/own.ts';
import { blocked, changed, type Decision, type ProofOfLife } from './decision.ts';
import type { Facts } from './facts.ts';
import { isOnlyOfOlder } from './older-token-alarm.ts';

// T6: a row that says "active" proves little. Each current token is tried once a day, with its own permissions.

/**
 * How late a run may begin: as late as the schedule's window lets it, which is a quarter of the period and 15 minutes at
 * most, and a minute more. Then two runs may try the same token; that none tries it would be worse.
 */
const LATEST_MS = 15 * 60 * 1000;
const MINUTE_MS = 60 * 1000;

/** The token to try, and what it was read from. */
export interface ProofDue {
  readonly token: string;
  readonly row: Probed;
  readonly versionId: string;
}

/**
 * The token that this run tries; undefined if it is not this consumer's turn, or if the run changes the token anyway.
 * A version of ours that is younger than a request may live was verified a moment ago; one that somebody edited was not.
 * @param isAwaited others are to follow this canary in this run, so it is tried whether or not it is its turn.
 */
export function proofDue(
  facts: Facts,
  decision: Decision,
  scheduleMs: number,
  isAwaited = false,
): ProofDue | undefined {
  const { settings, secret, listing, now, limits } = facts;
  if (settings.probe !== 'daily' || settings.retired || secret.kind !== 'value') return undefined;
  const isTried = TRIED.has(decision.state) || isOnlyOfOlder(decision);
  if (!isTried || decision.next !== undefined) return undefined;
  if (secret.content.kind === 'ours' && now - secret.createdAt < limits.requestLifeMs) return undefined;
  if (!isAwaited && !isTurnOf(facts, scheduleMs)) return undefined;
  const { versionId, content } = secret;
  const document = ownDocument(content, secret.identity);
  const row = document && listing.get(document.authorizationId);
  if (content.token === undefined || row?.status !== 'active') return undefined;
  return { token: content.token, row, versionId };
}

const TRIED: ReadonlySet<Decision['state']> = new Set(['idle', 'acting', 'waiting']);

/**
 * Each consumer has a time of the day, and its turn is in the first run after it. That needs no memory: a run knows how
 * long ago the one before it began. After a run that was missed, its consumers are tried on the next day.
 */
export function isTurnOf({ deployment, settings, now }: Facts, scheduleMs: number): boolean {
  const timeOfDay = Number.parseInt(hash('sha256', `${deployment}/${settings.name}`, 'hex').slice(0, 8), 16) % DAY_MS;
  const sinceThen = (now - timeOfDay) % DAY_MS;
  return sinceThen < sinceRunBeforeMs(scheduleMs);
}

/** How long ago the run before this one began, at most, if both began as the schedule says. */
export function sinceRunBeforeMs(scheduleMs: number): number {
  return scheduleMs + Math.min(scheduleMs / 4, LATEST_MS) + MINUTE_MS;
}

/** The decision, once its consumer's token was tried. With a token that fails, nothing that may still work is ended. */
export function afterProof(decision: Decision, authorizationId: string, proof: ProofOfLife): Decision {
  switch (proof.kind) {
    case 'works':
    case 'unproven':
      return { ...decision, proof };
    case 'changed':
      return changed();
    case 'refused': {
      const { notes } = decision;
      return { ...blocked({ code: 'CURRENT_REFUSED', authorizationId, detail: proof.detail }, { notes }), proof };
    }
  }
}
