import { expect, it } from 'vitest';
import { tryOut } from './model.ts';

// A taste of `npm run explore:model`: always the same sequences, so that a failure is the change's, not chance's.
it('whatever happens to a deployment, in whatever order, the invariants hold', async () => {
  const { counterexample } = await tryOut({ runs: 30, seed: 1 });
  expect(counterexample ?? 'none').toBe('none');
});
