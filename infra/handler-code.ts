import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { RotationConfiguration } from './configuration.ts';

/**
 * The function's code: the built handler with its configuration beside it, where it looks for it. The folder is laid
 * out in the app's output, so that nobody who uses the construct needs a bundler.
 */
export function handlerCode(scope: Construct, configuration: RotationConfiguration): Code {
  const handler = builtHandler();
  // There always is one: a stack without an app makes its own.
  const { outdir } = Stage.of(scope) as Stage;
  const folder = join(outdir, `handler.${scope.node.addr}`);
  mkdirSync(folder, { recursive: true });
  // In Lambda, outside of our package, it is CommonJS by either name; not every emulator knows `.cjs`.
  copyFileSync(handler, join(folder, 'index.js'));
  writeFileSync(join(folder, 'rotation.json'), JSON.stringify(configuration, undefined, 2));
  return Code.fromAsset(folder);
}

/** By its name in package.json, since this file is nearer to it in the repository than in the package. */
function builtHandler(): string {
  try {
    return createRequire(import.meta.url).resolve('#handler');
  } catch (cause) {
    throw new Error('the handler is not built: run npm run build', { cause });
  }
}
