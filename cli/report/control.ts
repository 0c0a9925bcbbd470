import * as z from 'zod';
import { FIGURE_NAMES, type FigureName } from './figure.ts';

/** What the evidence says for one control. It supports an assessor's judgement, and is none. */
export const CONTROL = z.strictObject({
  framework: z.string(),
  number: z.string().describe('of the control in its framework'),
  about: z.string().describe('what it asks for, in our words'),
  figures: z.array(z.enum(FIGURE_NAMES)).describe('what it is judged by here'),
  result: z
    .enum(['supported', 'not-supported', 'no-evidence'])
    .describe('the figures support it, some of them speak against it, or nothing does and evidence is missing'),
  against: z.array(z.enum(FIGURE_NAMES)).describe('the figures that speak against it'),
  missing: z.array(z.enum(FIGURE_NAMES)).describe('the figures that are not known, or that count missing evidence'),
  says: z.array(z.string()).describe('what the evidence says'),
  saysNot: z.array(z.string()).describe('what it does not say, and must come from elsewhere'),
});

export type Control = z.infer<typeof CONTROL>;

export type Limits = Readonly<Partial<Record<FigureName, number>>>;

/** How one control is looked at. */
export interface Rule {
  readonly framework: string;
  readonly number: string;
  /** What the control asks for, in our words and never in its own. */
  readonly about: string;
  /** What the evidence says about it. */
  readonly figures: readonly FigureName[];
  /** What speaks against it: a figure that is greater than this. */
  readonly atMost: Limits;
  /** What shows that evidence is missing, and says nothing against it: a figure that is greater than this. */
  readonly missingAbove?: Limits;
  readonly saysNot: readonly string[];
}
