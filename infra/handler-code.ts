import { accessSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { RotationConfiguration } from './configuration.ts';

/**
 * The function's code: the built handler, the licences of what it contains, and the configuration, where the handler
 * looks for it. They are copied into the app's output, so users of the construct need no bundler.
 */
export function handlerCode(scope: Construct, configuration: RotationConfiguration): Code {
  const { handler, notices } = builtHandler();
  // There is always a stage: a stack without an app makes its own.
  const { outdir } = Stage.of(scope) as Stage;
  const folder = join(outdir, `handler.${scope.node.addr}`);
  mkdirSync(folder, { recursive: true });
  // Outside of our package, Lambda takes either name for CommonJS, but not every emulator knows `.cjs`.
  copyFileSync(handler, join(folder, 'index.js'));
  copyFileSync(notices, join(folder, basename(notices)));
  writeFileSync(join(folder, 'rotation.json'), JSON.stringify(configuration, undefined, 2));
  return Code.fromAsset(folder);
}

/** Found by its name in package.json: the path from this file differs between the repository and the package. */
function builtHandler(): { readonly handler: string; readonly notices: string } {
  try {
    const handler = createRequire(import.meta.url).resolve('#handler');
    const notices = join(dirname(handler), 'THIRD-PARTY-NOTICES.txt');
    accessSync(notices);
    return { handler, notices };
  } catch (cause) {
    throw new Error('the handler is not built: run npm run build', { cause });
  }
}
