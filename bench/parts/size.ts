import { inputsOf } from '../../scripts/bundle/bundled-packages.ts';
import { exactly, type Figure } from '../figure.ts';
import type { Programs } from '../programs/programs.ts';

/** Smaller ones are summed up. */
const SHOWN_KB = 5;

/** What each file of the bundle consists of, in kB of the minified file. */
export function measureSize({ contents }: Programs): Figure[] {
  return [...contents].flatMap(([file, metafile]) => {
    const parts = new Map<string, number>();
    for (const [path, bytes] of inputsOf(metafile)) {
      const part = partOf(path);
      parts.set(part, (parts.get(part) ?? 0) + bytes / 1000);
    }
    const sorted = [...parts].sort(([, one], [, other]) => other - one);
    const shown = file === 'index.cjs' ? sorted.filter(([, kb]) => kb >= SHOWN_KB) : [];
    const whole = sorted.reduce((sum, [, kb]) => sum + kb, 0);
    const rest = whole - shown.reduce((sum, [, kb]) => sum + kb, 0);
    const figure = (name: string, kb: number): Figure => ({
      part: 'size',
      name,
      unit: 'kB',
      at: 1,
      ...exactly(Math.round(kb)),
    });
    return [
      figure(`${file} as a whole`, whole),
      ...shown.map(([part, kb]) => figure(`${file}: ${part}`, kb)),
      ...(shown.length === 0 ? [] : [figure(`${file}: everything else`, rest)]),
    ];
  });
}

/** A package, or a room of ours. */
function partOf(path: string): string {
  const [, scope] = /node_modules\/(@[^/]+)\//.exec(path) ?? [];
  const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  if (scope === '@smithy' || scope === '@aws-sdk') return 'the AWS SDK';
  return (
    name ??
    path
      .split('/')
      .slice(0, path.startsWith('lambda/') ? 2 : 1)
      .join('/')
  );
}
