import type { Invoked } from '../lambda-process.ts';

/** What one program took for so many consumers, and the calls of one invocation. */
export interface Figures extends Invoked {
  readonly program: string;
  readonly consumers: number;
  readonly calls: number;
}

const round = (number: number, digits = 0) => number.toFixed(digits);

export function show(all: readonly Figures[], memoryMb: number): string {
  const head = ['program', 'consumers', 'calls', 'peak RSS', 'cold', 'empty', 'heap', 'kept', 'CPU ms', 'answer kB'];
  const rows = all.map((each) => [
    each.program,
    `${each.consumers}${each.quiet && each.served === each.consumers ? '' : ' (not idle!)'}`,
    round(each.calls),
    ...[each.peakMb, each.coldMb, each.emptyMb, each.heapMb, each.keptMb, each.cpuMs].map((one) => round(one)),
    round(each.answerBytes / 1000),
  ]);
  const widths = head.map((title, column) => Math.max(...[title, ...rows.map((row) => row[column] ?? '')].map(length)));
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ');
  return `${[line(head), ...rows.map(line)].join('\n')}\n\n${[...ratios(all), ...verdict(all, memoryMb)].join('\n')}\n`;
}

const length = (text: string) => text.length;

function ratios(all: readonly Figures[]): string[] {
  const engines = all.filter(({ program }) => program === 'engine');
  const floors = new Map(all.filter(({ program }) => program === 'floor').map((each) => [each.consumers, each]));
  const toFloor = engines.flatMap((engine) => {
    const floor = floors.get(engine.consumers);
    if (floor === undefined) return [];
    const { consumers, peakMb, cpuMs, calls } = engine;
    return `engine to floor, ${consumers} consumers: RSS × ${round(peakMb / floor.peakMb, 2)}, CPU × ${round(cpuMs / floor.cpuMs, 2)}, calls × ${round(calls / floor.calls, 2)}`;
  });
  const [last, before] = engines.toReversed();
  if (last === undefined || before === undefined) return toFloor;
  const growth = (of: (each: Figures) => number) =>
    round(of(last) / last.consumers / (of(before) / before.consumers), 2);
  return [
    ...toFloor,
    `per consumer, ${last.consumers} against ${before.consumers}: RSS above an empty process × ${growth((each) => each.peakMb - each.emptyMb)}, CPU × ${growth((each) => each.cpuMs)}, calls × ${growth((each) => each.calls)}`,
  ];
}

function verdict(all: readonly Figures[], memoryMb: number): string[] {
  return all
    .filter(({ program }) => program === 'engine')
    .map(({ consumers, peakMb }) => `${consumers} consumers: ${round((100 * peakMb) / memoryMb)} % of ${memoryMb} MB`);
}
