import { harmless } from '../terminal.ts';
import type { Report } from './model.ts';

export const FORMATS = ['html', 'csv', 'json', 'oscal'] as const;

export type Format = (typeof FORMATS)[number];

/** The report as it is written into a file. What draws it is loaded only for that. */
export async function textOf(report: Report, format: Format): Promise<string> {
  switch (format) {
    case 'html':
      return (await import('./page/page.ts')).page(report);
    case 'csv':
      return (await import('./csv.ts')).csvOf(report);
    case 'json':
      return jsonOf(report);
    case 'oscal':
      return jsonOf((await import('./oscal.ts')).oscalOf(report));
  }
}

/** Whoever prints it on a terminal is not at the mercy of other people's texts. */
function jsonOf(value: object): string {
  return harmless(`${JSON.stringify(value, undefined, 2)}\n`);
}
