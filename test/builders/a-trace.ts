import type { ConsumerSettings } from '../../lambda/config/configuration.ts';
import type { Fault } from '../../local/http/faults.ts';
import { aConfiguration, aConsumer, DAY, LIMITS, SECOND } from './a-configuration.ts';
import { type Gate, Scene } from './a-scene.ts';

// The traces by which earlier drafts of the protocol broke, as scenarios against the servers. 0, 1, 2: the tokens in
// the order in which they were minted.

export const ACTIVATION = 'PATCH /api/v2/authorizations/{id}';
export const DELETION = 'DELETE /api/v2/authorizations/{id}';
export const PROMOTION = 'UpdateSecretVersionStage';
export const MINT = 'POST /api/v2/authorizations';

/** A consumer that has no token yet. */
export function openNew(settings: Partial<ConsumerSettings> = {}, initialValue = '{}'): Promise<Scene> {
  return Scene.open({ configuration: aConfiguration([aConsumer(settings)]), initialValue: () => initialValue });
}

/** Token 0 is minted and settled, and its rotation due. */
export async function openDue(settings: Partial<ConsumerSettings> = {}): Promise<Scene> {
  const scene = await openNew(settings);
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(30 * DAY);
  return scene;
}

/** The request is sent, the caller gives up on it, and it takes effect when the gate is opened. */
export function held({ world }: Scene, gate: Gate): Pick<Fault, 'before'> {
  return {
    before: () => {
      world.clock.advance(LIMITS.callTimeoutMs + SECOND);
      return gate.opened;
    },
  };
}

export function callsOf({ world }: Scene, operation: string): number {
  return [...world.influxdb.calls, ...world.secretsManager.calls].filter((call) => call.operation === operation).length;
}
