/**
 * What the handler does only where it is asked to. In the bundle each is a file of its own beside it, which is deployed and
 * loaded only there: so what is off weighs nothing.
 */
export const PARTS = ['evidence', 'news', 'config-rule', 'scale'] as const;

export type Part = (typeof PARTS)[number];

/** The file's name. */
export function fileOf(part: Part): string {
  return `${part}.cjs`;
}
