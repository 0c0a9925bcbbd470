import { readFileSync } from 'node:fs';

/** What stands between fences under a heading. */
export interface Block {
  readonly heading: string;
  /** `sh`, or nothing. */
  readonly language: string;
  readonly text: string;
  /** The line above it. */
  readonly before: string;
}

const HEADING = /^#{2,3} (.+)$/;
const FENCE = /^( *)```(\w*)$/;

/** The blocks of a page, in its order, each with the nearest heading above it. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let heading = '';
  let last = '';
  let open: (Omit<Block, 'heading' | 'text'> & { readonly indent: string; readonly lines: string[] }) | undefined;
  for (const line of readFileSync(page, 'utf8').split('\n')) {
    const [, indent = '', language = ''] = FENCE.exec(line) ?? [undefined];
    if (FENCE.test(line)) {
      if (open !== undefined) {
        const { before, lines } = open;
        blocks.push({ heading, language: open.language, text: lines.join('\n'), before });
      }
      open = open === undefined ? { indent, language, lines: [], before: last } : undefined;
    } else if (open !== undefined) open.lines.push(line.slice(open.indent.length));
    else heading = HEADING.exec(line)?.[1] ?? heading;
    last = line;
  }
  return blocks;
}
