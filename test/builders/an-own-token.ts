import type { Configuration, ConsumerSettings } from '../../lambda/config/configuration.ts';
import type { SelfFile } from '../../lambda/config/file/self.ts';
import { selfSettings } from '../../lambda/config/self-settings.ts';
import type { WorldOptions } from '../../simulation/world.ts';
import { aConfiguration, aConsumer } from './a-configuration.ts';
import { Scene } from './a-scene.ts';

/** The rotator's own secret. */
export const OWN_SECRET = 'influxdb/rotator';

/** The configuration, with the rotator's own token among those that are rotated. */
export function withSelf(configuration: Configuration, self: SelfFile = {}): Configuration {
  const { influxdb } = configuration;
  return { ...configuration, influxdb: { ...influxdb, self: selfSettings({ tokenSecret: OWN_SECRET, self }) } };
}

/** A scene whose secret is the rotator's own. Its first token was made by hand. */
export async function openOwn(
  consumers: readonly ConsumerSettings[] = [aConsumer()],
  self: SelfFile = {},
  options: Omit<WorldOptions, 'configuration'> = {},
): Promise<Scene> {
  const scene = await Scene.open({ configuration: withSelf(aConfiguration(consumers), self), ...options });
  scene.secret = OWN_SECRET;
  return scene;
}
