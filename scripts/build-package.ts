import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { bundleCli, bundleHandler } from './bundle/bundle.ts';

// Before npm pack: the construct as JavaScript with types, the handler that it deploys, and the program for people. Made
// afresh, since what is in dist/ goes into the package.

rmSync('dist', { recursive: true, force: true });
await bundleHandler();
await bundleCli();
execFileSync('tsc', ['--project', 'tsconfig.build.json'], { stdio: 'inherit' });
