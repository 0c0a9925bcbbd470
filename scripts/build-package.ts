import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { bundleHandler } from './bundle/bundle.ts';

// Before npm pack: the construct as JavaScript with types, and the handler that it deploys. Made afresh, since
// what is in dist/ goes into the package.

rmSync('dist', { recursive: true, force: true });
await bundleHandler();
execFileSync('tsc', ['--project', 'tsconfig.build.json'], { stdio: 'inherit' });
