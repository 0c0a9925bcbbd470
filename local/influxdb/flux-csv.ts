import type { Table } from './flux-tables.ts';

/** How the caller wants the CSV: without annotations there is a header row only. */
export interface Dialect {
  readonly annotations: readonly string[];
}

const lineEnd = '\r\n';

/** Annotated CSV: the head is repeated, after an empty line, whenever the columns change. */
export function encodeCsv(tables: readonly Table[], { annotations }: Dialect): string {
  let text = '';
  let head = '';
  for (const [number, table] of tables.entries()) {
    const next = headOf(table, annotations);
    if (next !== head) text += (head === '' ? '' : lineEnd) + next;
    head = next;
    // A default annotation names the result once for all rows.
    const result = annotations.includes('default') ? '' : '_result';
    for (const row of table.rows) text += line(['', result, String(number), ...row]);
  }
  return text + lineEnd;
}

function headOf({ columns }: Table, annotations: readonly string[]): string {
  const rows: Record<string, string[]> = {
    group: ['#group', 'false', 'false', ...columns.map(({ group }) => String(group))],
    datatype: ['#datatype', 'string', 'long', ...columns.map(({ type }) => type)],
    default: ['#default', '_result', '', ...columns.map(() => '')],
  };
  const header = ['', 'result', 'table', ...columns.map(({ name }) => name)];
  return [...annotations.map((annotation) => rows[annotation] ?? []), header].map(line).join('');
}

function line(cells: readonly string[]): string {
  const quoted = cells.map((cell) => (/[",\r\n]|^ /.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
  return quoted.join(',') + lineEnd;
}
