import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FILE, NOTICES, SBOM } from '../bundle/bundle.ts';
import { checksums } from './checksums.ts';
import { handlerZip, RELEASED_PARTS } from './handler-zip.ts';
import { template } from './template.ts';
import { terraformLocals } from './terraform-locals.ts';

/** The folder of what is for those who write no CDK code. */
export const RELEASE_FOLDER = 'dist/release';
export const HANDLER_ZIP = 'handler.zip';
export const TEMPLATE = 'template.json';
/** The Terraform module. */
export const MODULE = 'terraform';
export const CHECKSUMS = 'SHA256SUMS';

/** Makes the folder anew, of the handler that is built. The same commit gives the same bytes. */
export function makeRelease(folder = RELEASE_FOLDER): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, HANDLER_ZIP), handlerZip());
  const made = template();
  writeFileSync(join(folder, TEMPLATE), textOf(made));
  cpSync('scripts/release/terraform', join(folder, MODULE), { recursive: true });
  writeFileSync(join(folder, MODULE, 'locals.tf.json'), textOf(terraformLocals(made)));
  for (const prefix of ['', ...RELEASED_PARTS.map((part) => `${part}.`)])
    for (const name of [`${prefix}${SBOM}`, `${prefix}${NOTICES}`])
      copyFileSync(join(dirname(FILE), name), join(folder, name));
  const sums = checksums(folder);
  writeFileSync(join(folder, CHECKSUMS), sums);
}

/** So that the template fits into a command without a bucket. */
function textOf(value: object): string {
  return `${JSON.stringify(value, undefined, 1)}\n`;
}
