import { bundleCli, bundleHandler } from '../../scripts/bundle/bundle.ts';

/** Once before all tests: what is deployed, and what people type, is what is tested. */
export async function setup(): Promise<void> {
  await Promise.all([bundleHandler(), bundleCli()]);
}
