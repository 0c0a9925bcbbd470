import { readFileSync } from 'node:fs';

/** What stands between fences under a heading. */
export interface Block {
  readonly heading: string;
  /** `sh`, or nothing. */
  readonly language: string;
  readonly text: string;
}

const HEADING = /^#{2,3} (.+)$/;
const FENCE = /^( *)```(\w*)$/;

/** The blocks of a page, in its order, each with the nearest heading above it. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let heading = '';
  let open: { readonly indent: string; readonly language: string; readonly lines: string[] } | undefined;
  for (const line of readFileSync(page, 'utf8').split('\n')) {
    const [, indent = '', language = ''] = FENCE.exec(line) ?? [undefined];
    if (FENCE.test(line)) {
      if (open !== undefined) blocks.push({ heading, language: open.language, text: open.lines.join('\n') });
      open = open === undefined ? { indent, language, lines: [] } : undefined;
    } else if (open !== undefined) open.lines.push(line.slice(open.indent.length));
    else heading = HEADING.exec(line)?.[1] ?? heading;
  }
  return blocks;
}
