import { describe, expect, it } from 'vitest';
import type { Control } from '../../../cli/report/control.ts';
import { controlsOf } from '../../../cli/report/controls.ts';
import { FIGURE_NAMES, type FigureName, type Figures, figure } from '../../../cli/report/figure.ts';

function figures(values: Partial<Record<FigureName, number>> = {}): Figures {
  const all = FIGURE_NAMES.map((name) => figure(name, values[name] ?? 0));
  return Object.assign({}, ...all) as Figures;
}

function like(result: Control['result'], values: Partial<Record<FigureName, number>>): string[] {
  return controlsOf(figures(values)).flatMap((each) => (each.result === result ? [each.number] : []));
}

describe('what a control is told to be', () => {
  it('supported, where nothing speaks against it', () => {
    expect(like('supported', {})).toHaveLength(26);
  });

  it.each([
    ['notRefused', 2, ['CC6.2', 'IA-5(13)']],
    ['commandsWithoutPerson', 1, ['8.6.1', '10.2', 'AU-3']],
    ['unproven', 1, ['CC7.2']],
    ['longestGapHours', 2000, ['CC7.2', 'AU-12']],
  ] as const)(
    'without evidence, and not unsupported, where all that is wrong is that it is missing: %s',
    (name, value, numbers) => {
      expect(like('no-evidence', { [name]: value })).toEqual(numbers);
      expect(like('not-supported', { [name]: value })).toEqual([]);
    },
  );

  it('not supported where something speaks against it, whatever is missing, and it names both', () => {
    const [control] = controlsOf(figures({ unmanaged: 1, notRefused: 2 })).filter(({ number }) => number === 'CC6.2');
    expect(control).toMatchObject({ result: 'not-supported', against: ['unmanaged'], missing: ['notRefused'] });
  });

  it('without evidence where a figure is not known, in words and not by its name', () => {
    const { rotatedByService: _, ...others } = figures();
    const [control] = controlsOf(others).filter(({ number }) => number === 'SecretsManager.4');
    expect(control).toMatchObject({ result: 'no-evidence', against: [], missing: ['rotatedByService'] });
    expect(control?.says[0]).toMatch(/^not known: consumers whose rotation/);
  });
});

it('one is spoken of as one, and others as many', () => {
  const saying = (value: number) =>
    controlsOf(figures(Object.fromEntries(FIGURE_NAMES.map((name) => [name, value])))).flatMap(({ says }) => says);
  const nouns = 'consumer|rotation|token|deletion|try|failure|command|run|authorization|record|fault|deed|list|hour';
  expect(saying(1).filter((text) => !new RegExp(`^1 (?:deleted )?(?:${nouns})\\b`).test(text))).toEqual([]);
  expect(saying(2).filter((text) => new RegExp(`^2 (?:deleted )?(?:${nouns})\\b`).test(text))).toEqual([]);
});
