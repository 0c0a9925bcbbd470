import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../cli/report/model.ts';
import { page as pageOf } from '../../cli/report/page/page.ts';
import { DAY } from '../builders/a-configuration.ts';
import { anEvidence, type EvidenceOptions } from '../builders/an-evidence.ts';
import { BEGIN, reportOn } from '../cli/report/a-report.ts';
import { toolOf, whySkipped } from '../tools/tool.ts';
import { ABrowser, LAPTOP, PHONE, seriousIn, silent } from './a-browser.ts';

const chromium = toolOf('test/tools/chromium/find.sh');

/** Where to put pictures for people to look at; without it, none are made. */
const { PICTURES } = process.env;

describe.runIf('program' in chromium)(`the page in Chromium${whySkipped(chromium)}`, () => {
  let browser: ABrowser;
  let report: Report;
  let html: string;
  /** All that a year has, but not as much of it: axe looks at every cell. */
  let short: string;
  beforeAll(async () => {
    browser = await ABrowser.start('program' in chromium ? chromium.program : '');
    report = aReport({ consumers: 50, days: 365 });
    html = pageOf(report);
    short = pageOf(aReport({ consumers: 50, days: 75 }));
  });
  afterAll(() => browser.close());

  describe.each([
    ['phone', PHONE],
    ['laptop', LAPTOP],
  ] as const)('on a %s', (size, viewport) => {
    it.each(['light', 'dark'] as const)('is whole, accessible and silent: %s', async (colorScheme) => {
      const opened = await browser.open(short, { viewport, colorScheme });
      const { page } = opened;
      await everythingOpen(page);
      expect(await seriousIn(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await picture(page, `${size}-${colorScheme}`);
      await page
        .getByRole('button', { name: /^\d+ records?: rotations/ })
        .first()
        .click();
      expect(await seriousIn(page)).toEqual([]);
      silent(opened);
      await page.close();
    });
  });

  it('begins with who needs a person, and names each', async () => {
    const { page } = await browser.open(html);
    const titles = await page.locator('main > section > h2').allTextContents();
    expect(titles).toEqual([
      'Needs attention',
      'In figures',
      'What is due',
      'Consumers',
      'What failed, and what people asked for',
      'Controls',
      'Where this comes from',
    ]);
    const bad = report.consumers.filter(({ health }) => ['no-access', 'failed', 'blocked', 'overdue'].includes(health));
    expect(bad.length).toBeGreaterThan(1);
    for (const { consumer } of bad)
      expect(await page.locator('.card', { hasText: consumer }).count()).toBeGreaterThan(0);
    expect(await page.locator('.card', { hasText: 'Unmanaged' }).count()).toBe(report.unmanaged.length);
    expect(await page.locator('.card', { hasText: 'Shared value' }).count()).toBe(report.shared.length);
    await page.close();
  });

  it('filters by text, state, owner and need, and says how many are left', async () => {
    const { page } = await browser.open(html);
    const status = page.getByRole('status');
    const shown = page.locator('.consumers > tbody:visible');
    await expect.poll(() => status.textContent()).toBe('50 consumers');
    await page.getByLabel('Find').fill('app-04');
    expect(await status.textContent()).toBe('10 of 50 consumers');
    expect(await shown.count()).toBe(10);
    const token = report.consumers.find(({ consumer }) => consumer === 'app-017')?.tokens[1]?.authorizationId ?? '';
    await page.getByLabel('Find').fill(token.toUpperCase());
    expect(await shown.locator('.toggle').allTextContents()).toEqual(['app-017']);
    await page.getByLabel('Find').fill('no such consumer');
    expect(await status.textContent()).toBe('0 of 50 consumers');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    expect(await shown.count()).toBe(50);
    await page.getByLabel('Owner').selectOption('svc-app-007');
    expect(await shown.locator('.toggle').allTextContents()).toEqual(['app-007']);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('button', { name: /^Failed/ }).click();
    const failed = report.consumers.filter(({ health }) => health === 'failed');
    expect(await shown.count()).toBe(failed.length);
    await page.getByRole('button', { name: /^Failed/ }).click();
    await page.getByRole('checkbox', { name: 'Needs attention' }).check();
    expect(await status.textContent()).toBe('3 of 50 consumers');
    await page.close();
  });

  it('sorts both ways, and says by what', async () => {
    const { page } = await browser.open(html);
    const names = () => page.locator('.consumers .toggle').allTextContents();
    const sorted = (await names()).toSorted();
    expect(await names()).not.toEqual(sorted);
    const titles = page.getByRole('table', { name: 'Every consumer' });
    const title = titles.getByRole('columnheader', { name: 'Consumer' });
    await title.getByRole('button').click();
    expect(await names()).toEqual(sorted);
    expect(await title.getAttribute('aria-sort')).toBe('ascending');
    await title.getByRole('button').click();
    expect(await names()).toEqual(sorted.toReversed());
    expect(await title.getAttribute('aria-sort')).toBe('descending');
    await titles.getByRole('columnheader', { name: 'Age against' }).getByRole('button').click();
    expect(await page.locator('[aria-sort]').count()).toBe(1);
    const ages = (await names()).map((name) => report.consumers.find(({ consumer }) => consumer === name)?.ageMs ?? -1);
    expect(ages).toEqual(ages.toSorted((one, other) => one - other));
    await page.close();
  });

  it('can be used with the keyboard alone', async () => {
    const { page } = await browser.open(html);
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('To the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await page.locator('.consumers .toggle').first().focus();
    await page.keyboard.press('Enter');
    const detail = page.locator('.consumers > tbody').first().locator('.detail');
    expect(await detail.isVisible()).toBe(true);
    await page.keyboard.press('Tab');
    await detail
      .getByRole('button', { name: /^\d+ records?: token/ })
      .first()
      .focus();
    const opener = await focused();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    expect(await dialog.isVisible()).toBe(true);
    expect(await dialog.textContent()).toContain(
      report.records.find(({ kind }) => kind === 'consumer')?.file.slice(0, 6),
    );
    await page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(false);
    expect(await focused()).toBe(opener);
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle);
    expect(outline).toBe('solid');
    await page.close();
  });

  it('shows the whole hash and the file of each record behind a figure', async () => {
    const { page } = await browser.open(html);
    const { figures } = report;
    await page.locator('.tile', { hasText: 'Rotations' }).getByRole('button').click();
    const [first] = figures.rotations?.records ?? [];
    const record = report.records.find(({ number }) => number === first);
    const text = await page.getByRole('dialog').textContent();
    expect(text).toContain(record?.hash);
    expect(text).toContain(record?.file);
    expect(await page.locator('#evidence').textContent()).toContain(report.sources.evidence?.head?.hash);
    await page.close();
  });

  it('has records behind each figure that it shows large', async () => {
    const { page } = await browser.open(html);
    const tiles = await page.locator('.tile').count();
    expect(tiles).toBeGreaterThan(6);
    expect(
      await page
        .locator('.tile')
        .getByRole('button', { name: /record/ })
        .count(),
    ).toBe(tiles);
    await page.locator('.tile', { hasText: 'Oldest current token' }).getByRole('button').click();
    const [oldest] = report.consumers.toSorted((one, other) => (other.ageMs ?? 0) - (one.ageMs ?? 0));
    const text = await page.getByRole('dialog').textContent();
    expect(text).toContain(oldest?.consumer);
    expect(text).toContain(report.records.find(({ number }) => number === oldest?.records.at(-1))?.hash);
    await page.close();
  });

  it('lists what is due on a day, and goes from there to the consumer', async () => {
    const { page } = await browser.open(html);
    await page.locator('.calendar button').first().click();
    const list = page.locator('.day-list');
    const name = (await list.locator('.link.name').first().textContent()) ?? '';
    expect(report.due.map(({ consumer }) => consumer)).toContain(name);
    await list.locator('.link.name').first().click();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(name);
    expect(await page.locator('.detail:visible').count()).toBe(1);
    await page.close();
  });

  it('is light or dark as its reader wants it', async () => {
    const { page } = await browser.open(html, { colorScheme: 'light' });
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await page.getByText('Dark', { exact: true }).click();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.getByText('Auto', { exact: true }).click();
    expect(await ground()).toBe(dark);
    await page.close();
  });

  it('prints all of it, open and light, whatever was filtered', async () => {
    const { page } = await browser.open(short, { colorScheme: 'dark' });
    await page.getByLabel('Find').fill('app-001');
    const path = PICTURES === undefined ? undefined : join(PICTURES, 'print.pdf');
    const pdf = await page.pdf({ preferCSSPageSize: true, ...(path !== undefined && { path }) });
    expect(pdf.length).toBeGreaterThan(100_000);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.consumers > tbody:visible').count()).toBe(50);
    expect(await page.locator('.detail:visible').count()).toBe(50);
    expect(await page.locator('.timeline.large').count()).toBe(50);
    expect(await page.locator('details:not([open])').count()).toBe(0);
    expect(await page.locator('.filters:visible, nav:visible, .themes:visible').count()).toBe(0);
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
    await page.close();
  });

  it.each([2, 60])('shows texts of other people as texts, whatever is in them: %i consumers', async (consumers) => {
    const text =
      '</script><script>document.title = "taken"</script><img src=x onerror="document.title = \'taken\'"><!-- \u2028\u2029 \u202e&amp; \'"';
    const hostile = aReport({ consumers, days: 90, text });
    const { page, ...told } = await browser.open(pageOf({ ...hostile, deployment: text }));
    await everythingOpen(page);
    expect(await page.title()).toContain('</script>');
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('h1').textContent()).toBe(text);
    expect(await page.locator('.consumers td.owner').first().textContent()).toContain(text);
    silent({ page, ...told });
    await page.close();
  });

  it('shows the present moment, where there is no evidence', async () => {
    const { sources: _, ...rest } = report;
    const figures = Object.fromEntries(Object.entries(report.figures).filter(([name]) => name === 'consumers'));
    const consumers = report.consumers.map((each) => ({ ...each, records: [] }));
    const present = {
      ...rest,
      figures,
      consumers,
      from: report.to,
      records: [],
      failures: [],
      commands: [],
      controls: [],
    };
    const opened = await browser.open(
      pageOf({ ...present, sources: { status: { at: report.at }, missing: ['there is no evidence'] } }),
    );
    expect(await opened.page.locator('.period').textContent()).toContain('as of');
    expect(await opened.page.locator('#evidence').textContent()).toContain('there is no evidence');
    expect(await opened.page.locator('.consumers > tbody').count()).toBe(50);
    silent(opened);
    await opened.page.close();
  });

  it('shows what comes first before there are rows, and has them for whoever asks', async () => {
    const { page } = await browser.open(html, { isInBackground: true });
    const rows = page.locator('.consumers > tbody');
    const card = page.locator('.card').first().getByRole('button').first();
    const name = await card.textContent();
    expect(await page.locator('main > section').count()).toBe(7);
    expect(await rows.count()).toBe(0);
    await card.click();
    expect(await rows.count()).toBe(50);
    expect(await page.locator('.detail:visible').count()).toBe(1);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(name);
    expect(await page.getByRole('status').textContent()).toBe('50 consumers');
    expect(await page.locator('.months .bar').count()).toBeGreaterThan(11);
    await page.close();
  });

  it('prints all of it, though nobody looked at it before', async () => {
    const { page } = await browser.open(short, { isInBackground: true });
    await page.pdf({ preferCSSPageSize: true });
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.detail:visible').count()).toBe(50);
    expect(await page.locator('.timeline.large').count()).toBe(50);
    expect(await page.locator('.months .bar').count()).toBeGreaterThan(1);
    expect(await page.locator('#evidence details tbody tr').count()).toBeGreaterThan(100);
    await page.close();
  });

  it('has room for 1,000 consumers and their year in 2 MB', async () => {
    const many = aReport({ consumers: 1000, days: 365 });
    const large = pageOf(many);
    expect(Buffer.byteLength(large)).toBeLessThan(2_000_000);
    const opened = await browser.open(large);
    const { page } = opened;
    expect(await page.locator('.consumers > tbody').count()).toBe(1000);
    const [one] = many.consumers.slice(-1);
    await page.getByLabel('Find').fill(one?.tokens[0]?.authorizationId ?? '');
    expect(await page.getByRole('status').textContent()).toBe('1 of 1,000 consumers');
    await page.locator('.consumers .toggle:visible').click();
    const table = page.getByRole('table', { name: `Tokens of ${one?.consumer}` });
    const times = await table.locator('time').evaluateAll((all) => all.map((each) => each.getAttribute('datetime')));
    expect(times).toContain(one?.tokens[0]?.mintedAt);
    silent(opened);
    await page.close();
  });
});

/** What the command `report` makes of evidence that is made up, for all of its time. */
function aReport(options: EvidenceOptions & { readonly days: number }): Report {
  const to = BEGIN + options.days * DAY;
  return reportOn(anEvidence({ ...options, from: BEGIN }), { at: to, to });
}

async function everythingOpen(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const each of document.querySelectorAll('details')) each.open = true;
    for (const each of [...document.querySelectorAll<HTMLElement>('.consumers .toggle')].slice(0, 3)) each.click();
  });
}

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const { width } = page.viewportSize() ?? LAPTOP;
  await page.setViewportSize({ width, height: Math.min(height, 9000) });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}
