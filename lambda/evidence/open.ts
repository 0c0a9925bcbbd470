import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Budget } from '../calls/budget.ts';
import type { CallContext } from '../calls/call.ts';
import type { Clock } from '../calls/clock.ts';
import type { Secrets } from '../calls/secrets.ts';
import type { Configuration } from '../config/configuration.ts';
import type { EvidenceSettings } from '../config/evidence.ts';
import type { Witness } from '../engine/witness.ts';
import type { History } from '../log/history.ts';
import type { Log } from '../log/log.ts';
import { FunctionHistory, type LogOptions } from '../logs/function-history.ts';
import { Chain } from './chain.ts';
import { type OpenStore, openStore } from './open-store.ts';
import { Recorder } from './recorder.ts';
import type { EvidenceStore } from './store.ts';

/** For the program for people, which reads what a function wrote. */
export { openStore };

export interface RecorderParts {
  readonly configuration: Configuration;
  readonly clock: Clock;
  /** How much time is left. Its own errors are not those of this file. */
  readonly budget: Pick<Budget, 'remainingMs'>;
  readonly log: Log;
  readonly secrets: Secrets;
  readonly client: SecretsManagerClient;
  readonly calls: CallContext;
  readonly ownLog: LogOptions;
  /** @default the function's own log; without one it remembers nothing */
  readonly history: History | undefined;
  /** The id of the invocation. */
  readonly runId: string;
  /** @default what the configuration names */
  readonly store?: EvidenceStore | undefined;
}

export interface OpenRecorder {
  readonly recorder: Witness & Pick<Recorder, 'on'>;
  close(): void;
}

/**
 * Whoever puts on record what one invocation does, until it is closed. In the bundle this is the entry of a file of its
 * own.
 */
export function openRecorder(settings: EvidenceSettings, parts: RecorderParts): OpenRecorder {
  const { configuration, clock, log, runId, client, calls, ownLog } = parts;
  const { limits, deployment } = configuration;
  const budget = new Budget(clock, parts.budget.remainingMs(), limits);
  const opened: OpenStore | undefined =
    parts.store === undefined ? openStore(settings, { clock, budget, limits, deployment }) : undefined;
  const store = parts.store ?? opened;
  if (store === undefined) throw new Error('evidence is kept somewhere');
  const chain = new Chain({ store, deployment, runId, clock, log });
  const history = parts.history ?? FunctionHistory.of(client, calls, ownLog);
  return { recorder: new Recorder({ ...parts, history, budget, chain }), close: () => opened?.close() };
}
