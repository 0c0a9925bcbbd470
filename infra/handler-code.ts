import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { RotationConfiguration } from './configuration.ts';

const BUILT_HANDLER = fileURLToPath(new URL('../dist/handler/index.cjs', import.meta.url));

/**
 * The function's code: the built handler with its configuration beside it, where it looks for it. The folder is laid
 * out in the app's output, so that nobody who uses the construct needs a bundler.
 */
export function handlerCode(scope: Construct, configuration: RotationConfiguration): Code {
  if (!existsSync(BUILT_HANDLER)) throw new Error(`the handler is not built (${BUILT_HANDLER}): run npm run build`);
  const folder = join(Stage.of(scope)?.outdir ?? tmpdir(), `handler.${scope.node.addr}`);
  mkdirSync(folder, { recursive: true });
  // In Lambda, outside of our package, it is CommonJS by either name; not every emulator knows `.cjs`.
  copyFileSync(BUILT_HANDLER, join(folder, 'index.js'));
  writeFileSync(join(folder, 'rotation.json'), JSON.stringify(configuration, undefined, 2));
  return Code.fromAsset(folder);
}
