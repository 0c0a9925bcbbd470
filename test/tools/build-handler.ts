import { bundleHandler } from '../../scripts/bundle/bundle.ts';

/** Once before all tests: what is deployed is what is tested. */
export async function setup(): Promise<void> {
  await bundleHandler();
}
