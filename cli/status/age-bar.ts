import { styleText } from 'node:util';

const CELLS = 10;

/** How much of its time something has used, as ten cells: `████░░░░░░`. More than all of it is a full bar. */
export function ageBar(share: number, style: Parameters<typeof styleText>[0]): string {
  const full = Math.min(CELLS, Math.max(0, Math.floor(share * CELLS)));
  return styleText(style, '█'.repeat(full)) + styleText('dim', '░'.repeat(CELLS - full));
}
