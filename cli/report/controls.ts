import type { Control, Rule } from './control.ts';
import type { FigureName, Figures } from './figure.ts';
import { AWS_RULES } from './rules-aws.ts';
import { GENERAL_RULES } from './rules-general.ts';
import { PCI_RULES } from './rules-pci.ts';

export const RULES: readonly Rule[] = [...PCI_RULES, ...GENERAL_RULES, ...AWS_RULES];

/** What the figures say for each control. It is for an assessor to judge: nothing here makes anybody compliant. */
export function controlsOf(figures: Figures): Control[] {
  return RULES.map((rule) => {
    const { framework, number, about, saysNot } = rule;
    return {
      ...{ framework, number, about },
      figures: [...rule.figures],
      result: resultOf(rule, figures),
      says: rule.figures.map((name) => sentence(name, figures)),
      saysNot: [...saysNot],
    };
  });
}

function resultOf({ figures: names, atMost }: Rule, figures: Figures): Control['result'] {
  const limits = Object.entries(atMost) as [FigureName, number][];
  if (limits.some(([name, most]) => (figures[name]?.value ?? 0) > most)) return 'not-supported';
  return names.every((name) => figures[name] !== undefined) ? 'supported' : 'no-evidence';
}

function sentence(name: FigureName, figures: Figures): string {
  const known = figures[name];
  return known === undefined ? `${name} is not known` : `${known.value} ${known.what}`;
}
