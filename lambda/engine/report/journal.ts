import type { EventCode, Events } from '../../log/events.ts';
import type { Log } from '../../log/log.ts';
import type { TokenReport } from './report.ts';
import type { TokenTimes } from './token-times.ts';

/**
 * What a run did to one consumer's tokens, from the events that it logged: what the log says and what the report says
 * are the same.
 */
export class Journal {
  readonly #now: () => number;
  readonly #times: TokenTimes;
  /** In the order of the last change. */
  readonly #changes: ((tokens: Map<string, TokenReport>) => void)[] = [];

  constructor(now: () => number, times: TokenTimes) {
    this.#now = now;
    this.#times = times;
  }

  /** Passes every event on, and remembers those that change a token. */
  on(log: Log): Log {
    return (code, fields) => {
      this.#remember(code, fields);
      log(code, fields);
    };
  }

  /** The tokens as they are after the run, given what they were when it looked. */
  after(tokens: readonly TokenReport[]): TokenReport[] {
    const now = new Map(tokens.map((token) => [token.authorizationId, token]));
    for (const change of this.#changes) change(now);
    return [...now.values()];
  }

  #remember<Code extends EventCode>(code: Code, fields: Events[Code]): void {
    const id = 'authorizationId' in fields ? fields.authorizationId : undefined;
    if (typeof id !== 'string') return;
    const now = this.#now();
    const at = new Date(now).toISOString();
    switch (code) {
      case 'TOKEN_MINTED':
        this.#changes.push((tokens) => tokens.set(id, minted(id, at)));
        break;
      case 'TRIAL':
        this.#changes.push((tokens) => {
          if ('outcome' in fields && fields.outcome === 'made') tokens.set(id, minted(id, at));
          else tokens.delete(id);
        });
        break;
      case 'TOKEN_ACTIVATED':
      case 'TOKEN_REACTIVATED':
        this.#change(id, () => ({ status: 'active', inactiveSince: undefined }));
        break;
      case 'TOKEN_PROMOTED':
        this.#changes.push((tokens) => promote(tokens, id, now, this.#times));
        break;
      case 'PROMOTION_UNCERTAIN':
        this.#changes.push((tokens) => doubt(tokens, id));
        break;
      case 'TOKEN_SWITCHED_OFF':
      case 'ROTATION_PAUSED':
        this.#change(id, () => switchedOff(at, this.#times.holdEndsAt(now)));
        break;
      case 'TOKEN_DELETED':
      case 'ROTATION_UNDONE':
        this.#change(id, () => ({ status: 'gone', overdue: false }));
        break;
      case 'END_UNANSWERED':
      case 'REACTIVATION_UNANSWERED':
        this.#change(id, () => ({ status: 'unknown' }));
        break;
      case 'ROTATION_LEFT':
        if ('deleted' in fields && fields.deleted) this.#change(id, () => ({ status: 'gone', overdue: false }));
        else this.#change(id, ({ role }) => (role === 'uncertain' ? {} : { status: 'unknown' }));
        break;
    }
  }

  #change(id: string, change: (token: TokenReport) => Partial<TokenReport>): void {
    this.#changes.push((tokens) => {
      const token = tokens.get(id);
      if (token !== undefined) tokens.set(id, { ...token, ...change(token) });
    });
  }
}

function minted(authorizationId: string, mintedAt: string): TokenReport {
  const unknown = { supersededAt: undefined, overdueAt: undefined, endsAt: undefined };
  return {
    ...{ authorizationId, role: 'pending', status: 'inactive', mintedAt, inactiveSince: mintedAt },
    ...{ ...unknown, overdue: false },
  };
}

function switchedOff(at: string, endsAt: string): Partial<TokenReport> {
  return { status: 'inactive', inactiveSince: at, overdue: false, endsAt };
}

function promote(tokens: Map<string, TokenReport>, id: string, now: number, times: TokenTimes): void {
  const superseded = { role: 'superseded', supersededAt: new Date(now).toISOString() } as const;
  const endsAt = times.graceEndsAt(now);
  for (const token of tokens.values())
    if (token.role === 'current' && token.authorizationId !== id)
      tokens.set(token.authorizationId, { ...token, ...superseded, endsAt });
  const promoted = tokens.get(id);
  if (promoted === undefined) return;
  const overdueAt = promoted.mintedAt && times.overdueAt(Date.parse(promoted.mintedAt));
  tokens.set(id, { ...promoted, role: 'current', supersededAt: undefined, overdueAt, endsAt: undefined });
}

/** It or the one before it is current. */
function doubt(tokens: Map<string, TokenReport>, id: string): void {
  for (const token of tokens.values())
    if (token.role === 'current' || token.authorizationId === id)
      tokens.set(token.authorizationId, { ...token, role: 'uncertain' });
}
