import { aConfiguration, aConsumer, HOUR } from './a-configuration.ts';
import { Scene } from './a-scene.ts';

export const telegraf = aConsumer();
export const spare = aConsumer({ name: 'spare' });

/** A consumer that was served an hour ago, and an owner that it may be given to. */
export async function openServed(): Promise<Scene> {
  const scene = await Scene.open({ configuration: aConfiguration([telegraf, spare]) });
  configure(scene, {});
  await scene.run();
  scene.auditor.inspect();
  scene.world.clock.advance(HOUR);
  return scene;
}

/** Changes the configuration of that consumer, as its owner may. */
export function configure({ world, auditor }: Scene, change: Partial<typeof telegraf>): void {
  world.configuration = { ...world.configuration, consumers: [{ ...telegraf, ...change }] };
  auditor.accept();
}
