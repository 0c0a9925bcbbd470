import { accessSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { PARSED_FILE } from '../lambda/config/parsed-form.ts';
import { fileOf, type Part } from '../lambda/config/parts.ts';
import { parsedFormOf } from '../lambda/config/written.ts';
import type { DeployableConfiguration } from './configuration.ts';

const NOTICES = 'THIRD-PARTY-NOTICES.txt';
// Outside of our package, Lambda takes either name for CommonJS, but not every emulator knows `.cjs`.
const HANDLER = 'index.js';

/**
 * The function's code: the built handler, the licences of what it contains, and the configuration, where the handler
 * looks for it, with its parsed form. They are copied into the app's output, so users of the construct need no bundler.
 * @param parts that it comes with.
 * @param isEvidenceElsewhere whether the environment says where evidence is kept.
 */
export function handlerCode(
  scope: Construct,
  configuration: DeployableConfiguration['file'],
  parts: readonly Part[],
  isEvidenceElsewhere: boolean,
): Code {
  const files = handlerFiles(parts);
  // There is always a stage: a stack without an app makes its own.
  const { outdir } = Stage.of(scope) as Stage;
  const folder = join(outdir, `handler.${scope.node.addr}`);
  mkdirSync(folder, { recursive: true });
  for (const [name, path] of files) copyFileSync(path, join(folder, name));
  const file = Buffer.from(JSON.stringify(configuration, undefined, 2));
  writeFileSync(join(folder, 'rotation.json'), file);
  // Without consumers it is parsed with those of each batch.
  if ('consumers' in configuration) {
    const handler = readFileSync(join(folder, HANDLER), 'utf8');
    writeFileSync(join(folder, PARSED_FILE), parsedFormOf(file, handler, isEvidenceElsewhere));
  }
  return Code.fromAsset(folder);
}

/** What is uploaded beside the configuration: the path of each file by its name there. */
export function handlerFiles(parts: readonly Part[]): ReadonlyMap<string, string> {
  const handler = builtHandler();
  const others = [NOTICES, ...parts.flatMap((part) => [fileOf(part), `${part}.${NOTICES}`])];
  return new Map([[HANDLER, handler], ...others.map((name) => [name, join(dirname(handler), name)] as const)]);
}

/** Found by its name in package.json: the path from this file differs between the repository and the package. */
function builtHandler(): string {
  try {
    const handler = createRequire(import.meta.url).resolve('#handler');
    accessSync(join(dirname(handler), NOTICES));
    return handler;
  } catch (cause) {
    throw new Error('the handler is not built: run npm run build', { cause });
  }
}
