import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Metafile, Plugin } from 'esbuild';
import { fileOf, PARTS, type Part } from '../../lambda/config/parts.ts';
import { inputsOf } from './bundled-packages.ts';

/** Where each part begins: the handler imports nothing else of it, and that only when it needs it. */
export const ENTRIES: Readonly<Record<Part, string>> = {
  evidence: 'lambda/evidence/open.ts',
  news: 'lambda/news/open-desk.ts',
  'config-rule': 'lambda/config-rule/open.ts',
  scale: 'lambda/scale/open.ts',
};

/** What only the parts use. */
const OF_PARTS = /^lambda\/(?:evidence|news|config-rule|scale|logs|s3|sns|security-hub)\//;

/**
 * The files of which there must be one in the process, and what the parts use of each: an error is known by its class,
 * and the secrets of an invocation by the one store that they are in. Of everything else, each part has its own copy.
 */
export const SHARED: ReadonlyMap<string, string> = new Map([
  ['lambda/calls/secrets.ts', 'Secrets'],
  ['lambda/calls/call-error.ts', 'CallError'],
  ['lambda/log/coded-error.ts', 'CodedError'],
]);

const PLACE = `globalThis[Symbol.for('influxdb-token-rotation')]`;

/** Leaves the import of a part an import, of the file beside the handler. */
export const leaveParts: Plugin = {
  name: 'leave-parts',
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\// }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const part = PARTS.find((each) => resolve(ENTRIES[each]) === resolve(resolveDir, path));
      return part && { path: `./${fileOf(part)}`, external: true };
    });
  },
};

/** Gives what is shared to the parts. */
export const lend = shared('lend', (source, name) => `${source}\n(${PLACE} ??= {} as any).${name} = ${name};`);

/** Takes what is shared from the handler. What it does not give, nobody can import: the build fails. */
export const borrow = shared('borrow', (_, name) => `export const { ${name} } = ${PLACE} as any;`);

function shared(name: string, contents: (source: string, name: string) => string): Plugin {
  return {
    name,
    setup({ onLoad }) {
      for (const [file, given] of SHARED)
        onLoad(
          { filter: new RegExp(`/${dirname(file)}/${basename(file).replace('.', '\\.')}$`) },
          async ({ path }) => ({
            contents: contents(await readFile(path, 'utf8'), given),
            loader: 'ts',
          }),
        );
    },
  };
}

/** @throws if the handler's own file has anything of a part. */
export function refuseParts(metafile: Metafile): void {
  const found = [...inputsOf(metafile).keys()].filter((path) => OF_PARTS.test(path));
  if (found.length > 0)
    throw new Error(`the handler would contain ${found.join(', ')}, which belongs to a part: import it there alone`);
}
