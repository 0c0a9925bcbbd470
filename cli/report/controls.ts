import type { Control, Limits, Rule } from './control.ts';
import { type FigureName, type Figures, notKnown } from './figure.ts';
import { AWS_RULES } from './rules-aws.ts';
import { GENERAL_RULES } from './rules-general.ts';
import { PCI_RULES } from './rules-pci.ts';

export const RULES: readonly Rule[] = [...PCI_RULES, ...GENERAL_RULES, ...AWS_RULES];

/** What the figures say for each control. It is for an assessor to judge: nothing here makes anybody compliant. */
export function controlsOf(figures: Figures): Control[] {
  return RULES.map((rule) => {
    const { framework, number, about, saysNot } = rule;
    const against = above(rule.atMost, figures);
    const missing = [
      ...rule.figures.filter((name) => figures[name] === undefined),
      ...above(rule.missingAbove ?? {}, figures),
    ];
    return {
      ...{ framework, number, about },
      figures: [...rule.figures],
      result: against.length > 0 ? 'not-supported' : missing.length > 0 ? 'no-evidence' : 'supported',
      ...{ against, missing },
      says: rule.figures.map((name) => sentence(name, figures)),
      saysNot: [...saysNot],
    };
  });
}

function above(limits: Limits, figures: Figures): FigureName[] {
  const all = Object.entries(limits) as [FigureName, number][];
  return all.flatMap(([name, most]) => ((figures[name]?.value ?? 0) > most ? [name] : []));
}

function sentence(name: FigureName, figures: Figures): string {
  const known = figures[name];
  return known === undefined ? notKnown(name) : `${known.value} ${known.what}`;
}
