import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Every page of the repository. */
export const PAGES: readonly string[] = ['.', 'docs', 'docs/decisions', 'examples/cdk-app'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);
