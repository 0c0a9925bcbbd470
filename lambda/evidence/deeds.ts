import type { EventCode, Events } from '../log/events.ts';
import type { Log } from '../log/log.ts';
import type { Deed } from './deed.ts';

type Told = Omit<Deed, 'at' | 'reconstructed' | 'between'>;

/** Why a row was made that was never meant to work. */
const TRIAL = 'a trial, which is never active: it shows whether the next token can be made';

const id = ({ authorizationId }: { readonly authorizationId: string }) => ({ authorizationId });

const why = ({ reason, reasonCode }: { readonly reason: string; readonly reasonCode: string }) => ({
  reason,
  reasonCode,
});

const version = (fields: { readonly authorizationId: string; readonly versionId: string }) => ({
  ...id(fields),
  versionId: fields.versionId,
});

/** What was found done by another run is not told here: it is reconstructed, if it is not on record. */
const isFound = (fields: object) => 'found' in fields && fields.found === true;

/** What each event says was done. An event that is not here says of nothing that it was. */
const DEEDS: { readonly [Code in EventCode]?: (fields: Events[Code]) => Told | undefined } = {
  SECRET_CREATED: ({ awsRequestId }) => ({ what: 'secret-created', awsRequestId }),
  OWNER_CREATED: ({ userId }) => ({ what: 'owner-created', userId }),
  TOKEN_MINTED: ({ rotationId: versionId, userId, granted, ...fields }) => ({
    ...{ what: 'minted', ...id(fields), versionId, userId },
    granted: [...granted],
  }),
  MINT_UNANSWERED: ({ rotationId: versionId }) => ({ what: 'unanswered', versionId, reason: 'the mint' }),
  TRIAL: ({ outcome, userId, ...fields }) =>
    outcome === 'made'
      ? { what: 'minted', ...id(fields), userId, reason: TRIAL }
      : { what: 'deleted', ...id(fields), found: 'inactive', reason: TRIAL },
  TOKEN_STORED: ({ awsRequestId, ...fields }) => ({ what: 'stored', ...version(fields), awsRequestId }),
  TOKEN_ACTIVATED: (fields) => ({ what: 'activated', ...id(fields) }),
  TOKEN_VERIFIED: ({ proof, probes, ...fields }) => ({
    ...{ what: 'verified', ...id(fields), probes: probes.map((probe) => ({ ...probe })) },
    ...(proof === 'unproven' && { reason: 'unproven: the server was too busy, and the consumer had no access' }),
  }),
  TOKEN_PROMOTED: (fields) =>
    isFound(fields)
      ? undefined
      : {
          ...{ what: 'promoted', ...version(fields), awsRequestId: fields.awsRequestId },
          ...('replaces' in fields && { replaces: fields.replaces }),
        },
  PROMOTION_UNCERTAIN: (fields) => ({ what: 'unanswered', ...version(fields), reason: 'the promotion' }),
  ROTATION_UNDONE: (fields) => ({ what: 'undone', ...version(fields) }),
  ROTATION_LEFT: ({ deleted, reason, ...fields }) => ({
    ...{ what: deleted ? 'undone' : 'unanswered', ...version(fields), reason },
  }),
  ROTATION_PAUSED: (fields) => ({
    ...{ what: 'switched-off', ...id(fields) },
    reason: `it was refused, and stays as the note of that until ${fields.until}`,
  }),
  COPIED_FORWARD: ({ awsRequestId, ...fields }) => ({
    ...{ what: 'copied-forward', ...version(fields), ...why(fields), awsRequestId },
  }),
  TOKEN_REACTIVATED: (fields) => ({ what: 'reactivated', ...id(fields), ...why(fields) }),
  REACTIVATION_UNANSWERED: (fields) => ({ what: 'unanswered', ...id(fields), reason: 'the reactivation' }),
  TOKEN_COMPROMISED: (fields) => ({ what: 'noted-compromised', ...id(fields), ...why(fields) }),
  END_UNANSWERED: ({ action, ...fields }) => ({ what: 'unanswered', ...id(fields), reason: `the ${action}` }),
  TOKEN_SWITCHED_OFF: (fields) =>
    'reason' in fields ? { what: 'switched-off', ...id(fields), ...why(fields) } : undefined,
  TOKEN_DELETED: ({ found, ...fields }) => ({ what: 'deleted', ...id(fields), found, ...why(fields) }),
  TOKEN_REFUSED: ({ status, ...fields }) => ({ what: 'refused', ...id(fields), status }),
  TOKEN_NOT_REFUSED: ({ reason, ...fields }) => ({ what: 'not-refused', ...id(fields), reason }),
};

/** Every deed that a run logs, by consumer: what the log says and what the evidence says are the same. */
export class Deeds {
  readonly #now: () => number;
  readonly #byConsumer = new Map<string, Deed[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The same log, heard. */
  on(log: Log): Log {
    return (code, fields) => {
      this.#hear(code, fields);
      log(code, fields);
    };
  }

  /** The consumers for whom something was done, those included that are configured no more. */
  get consumers(): readonly string[] {
    return [...this.#byConsumer.keys()];
  }

  of(consumer: string): readonly Deed[] {
    return this.#byConsumer.get(consumer) ?? [];
  }

  #hear<Code extends EventCode>(code: Code, fields: Events[Code]): void {
    const told = DEEDS[code]?.(fields);
    if (told === undefined || !('consumer' in fields) || typeof fields.consumer !== 'string') return;
    const { consumer } = fields;
    const deed = { ...told, at: new Date(this.#now()).toISOString() };
    this.#byConsumer.set(consumer, [...this.of(consumer), deed]);
  }
}
