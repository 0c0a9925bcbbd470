import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { MOST_WORKERS } from '../calls/crew.ts';
import { LONGEST_REST_MS } from '../calls/rested-connections.ts';

/** Node gives each address of a name but the last 250 ms, too few for a Region on another continent. */
const ATTEMPT_MS = 1_000;

/**
 * How the SDK connects. What fails to connect before the call's own time-out certainly had no effect, and is known to be
 * unreachable.
 */
export function connectingWithin(callTimeoutMs: number): NonNullable<SecretsManagerClientConfig['requestHandler']> {
  const connectionTimeout = Math.floor(0.9 * callTimeoutMs);
  const autoSelectFamilyAttemptTimeout = Math.min(ATTEMPT_MS, Math.ceil(connectionTimeout / 4));
  const options = { keepAlive: true, maxSockets: MOST_WORKERS, autoSelectFamilyAttemptTimeout };
  return {
    connectionTimeout,
    httpAgent: withoutRest(new HttpAgent(options)),
    httpsAgent: withoutRest(new HttpsAgent(options)),
  };
}

/** Its own `timeout` would end calls that are under way, too. */
function withoutRest<A extends HttpAgent>(agent: A): A {
  const { keepSocketAlive, reuseSocket } = agent;
  agent.keepSocketAlive = (socket) => {
    const isKept = keepSocketAlive.call(agent, socket);
    // The agent then closes it, if it still is in nobody's use.
    (socket as Socket).setTimeout(LONGEST_REST_MS);
    return isKept;
  };
  agent.reuseSocket = (socket, request) => {
    (socket as Socket).setTimeout(0);
    reuseSocket.call(agent, socket, request);
  };
  return agent;
}
