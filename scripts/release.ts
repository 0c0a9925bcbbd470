import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleHandler } from './bundle/bundle.ts';
import { CHECKSUMS, makeRelease, RELEASE_FOLDER } from './release/release.ts';

// npm run release: what those deploy who write no CDK code, in dist/release/. Prints the files' checksums.

await bundleHandler();
makeRelease();
process.stdout.write(readFileSync(join(RELEASE_FOLDER, CHECKSUMS), 'utf8'));
