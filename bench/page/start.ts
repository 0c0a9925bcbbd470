import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import type { Report } from '../../cli/report/model.ts';
import { page as pageOf } from '../../cli/report/page/page.ts';
import { DAY } from '../../test/builders/a-configuration.ts';
import { anEvidence } from '../../test/builders/an-evidence.ts';
import { BEGIN, reportOn } from '../../test/cli/report/a-report.ts';
import { toolOf } from '../../test/tools/tool.ts';

// npm run bench:page: how long a browser takes to open a report of a year, beside a plain table of its consumers without
// style or script, and beside an empty page. --consumers N (default 1000), --times N: how often each is opened (default
// 9). The median counts. The processor's time is that of the page's main thread, whatever else the machine does.

const { values } = parseArgs({
  options: { consumers: { type: 'string', default: '1000' }, times: { type: 'string', default: '9' } },
});
const chromiumTool = toolOf('test/tools/chromium/find.sh');
if ('missing' in chromiumTool) throw new Error(chromiumTool.missing);

/** Milliseconds from the navigation on, and of the processor. */
interface Opened {
  readonly 'first sight': number;
  readonly 'all there': number;
  readonly processor: number;
  readonly script: number;
  readonly layout: number;
}

const days = 365;
const to = BEGIN + days * DAY;
const report = reportOn(anEvidence({ consumers: Number(values.consumers), days, from: BEGIN }), { at: to, to });
const pages = { report: pageOf(report), 'plain table': tableOf(report), 'empty page': '<!doctype html><p>Nothing' };
const folder = mkdtempSync(join(tmpdir(), 'bench-page-'));
const browser = await chromium.launch({ executablePath: chromiumTool.program, args: ['--no-sandbox'] });
try {
  const medians = await mediansOf(browser);
  for (const [name, html] of Object.entries(pages))
    process.stdout.write(`${name.padEnd(12)} ${Math.round(html.length / 1000)} kB: ${inWords(medians.get(name))}\n`);
  for (const reference of ['plain table', 'empty page'])
    process.stdout.write(`report to ${reference}: ${ratios(medians.get('report'), medians.get(reference))}\n`);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

/** One after the other in each round, so that a busy moment of the machine meets all. The first round does not count. */
async function mediansOf(opener: Browser): Promise<ReadonlyMap<string, Opened>> {
  const all = new Map<string, Opened[]>(Object.keys(pages).map((name) => [name, []]));
  for (let round = 0; round <= Number(values.times); round += 1)
    for (const [name, html] of Object.entries(pages)) {
      const file = join(folder, `${name}.html`);
      writeFileSync(file, html);
      const opened = await open(opener, file);
      if (round > 0) all.get(name)?.push(opened);
    }
  return new Map([...all].map(([name, some]) => [name, median(some)]));
}

async function open(opener: Browser, file: string): Promise<Opened> {
  const page = await opener.newPage({ viewport: { width: 1280, height: 800 } });
  const developer = await page.context().newCDPSession(page);
  await developer.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(`file://${file}`);
  const [firstSight, allThere] = await page.evaluate(whenDrawn);
  const { metrics } = await developer.send('Performance.getMetrics');
  await page.close();
  const ms = (name: string) => (metrics.find((each) => each.name === name)?.value ?? 0) * 1000;
  return {
    'first sight': firstSight,
    'all there': allThere,
    processor: ms('TaskDuration'),
    script: ms('ScriptDuration'),
    layout: ms('LayoutDuration') + ms('RecalcStyleDuration'),
  };
}

/** In the page: when something was drawn first, and when nothing of it was missing any more. */
async function whenDrawn(): Promise<[number, number]> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  await frame();
  while (document.getElementById('report') !== null && document.querySelector('.consumers:not([aria-busy])') === null)
    await frame();
  const allThere = performance.now();
  const first = await new Promise<number>((resolve) =>
    new PerformanceObserver((list) => {
      for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') resolve(startTime);
    }).observe({ type: 'paint', buffered: true }),
  );
  return [first, Math.max(first, allThere)];
}

function median(all: readonly Opened[]): Opened {
  const of = (name: keyof Opened) =>
    all.map((each) => each[name]).toSorted((one, other) => one - other)[all.length >> 1] ?? Number.NaN;
  return {
    'first sight': of('first sight'),
    'all there': of('all there'),
    processor: of('processor'),
    script: of('script'),
    layout: of('layout'),
  };
}

function inWords(opened: Opened | undefined): string {
  return Object.entries(opened ?? {})
    .map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`)
    .join(', ');
}

function ratios(opened: Opened | undefined, reference: Opened | undefined): string {
  return (['first sight', 'all there', 'processor'] as const)
    .map((name) => `${name} × ${((opened?.[name] ?? 0) / (reference?.[name] ?? 1)).toFixed(1)}`)
    .join(', ');
}

/** The least that shows the same consumers. */
function tableOf({ consumers }: Report): string {
  const escaped = (text: string) => text.replace(/[&<]/g, (character) => `&#${character.charCodeAt(0)};`);
  const rows = consumers.map(({ consumer, secret, health, mintedAt, nextRotationAt, owner }) =>
    [consumer, secret, health, mintedAt, nextRotationAt, owner].map((cell) => `<td>${escaped(cell ?? '')}`).join(''),
  );
  return `<!doctype html><meta charset="utf-8"><table>${rows.map((row) => `<tr>${row}`).join('\n')}</table>`;
}
