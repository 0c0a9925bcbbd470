import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { page as pageOf } from '../../cli/report/page/page.ts';
import { toolOf, whySkipped } from '../tools/tool.ts';
import { ABrowser, PHONE, seriousIn, silent } from './a-browser.ts';
import { aYear, type Year } from './a-year.ts';

const chromium = toolOf('test/tools/chromium/find.sh');

describe.runIf('program' in chromium)(`the page of a year on embedded servers${whySkipped(chromium)}`, () => {
  let browser: ABrowser;
  let year: Year;
  let html: string;
  beforeAll(async () => {
    year = await aYear();
    html = pageOf(year.report);
    browser = await ABrowser.start('program' in chromium ? chromium.program : '');
  });
  afterAll(() => browser.close());

  it('shows what went wrong, and what a person has to do', async () => {
    const opened = await browser.open(html);
    const { page } = opened;
    const { failures, unmanaged } = year.report;
    expect(failures.length).toBeGreaterThan(5);
    await page.locator('#events summary').first().click();
    const failed = page.getByRole('table', { name: `${failures.length} failures` });
    expect(await failed.locator('tbody tr').count()).toBe(failures.length);
    expect(await page.locator('.card', { hasText: 'No access' }).getByRole('button').first().textContent()).toBe(
      'app-021',
    );
    expect(unmanaged).toHaveLength(2);
    expect(await page.locator('.card', { hasText: 'the laptop of an intern' }).count()).toBe(1);
    silent(opened);
    await page.close();
  });

  it('has the whole life of each token of a consumer, and the records behind it', async () => {
    const { page } = await browser.open(html);
    const entry = year.report.consumers.find(({ consumer }) => consumer === 'app-012');
    await page.getByLabel('Find').fill('app-012');
    await page.locator('.consumers .toggle:visible').click();
    const rows = page.getByRole('table', { name: 'Tokens of app-012' }).locator('tbody tr');
    expect(await rows.count()).toBe(entry?.tokens.length);
    const proven = entry?.tokens.filter(({ refusedAt }) => refusedAt !== undefined) ?? [];
    expect(await page.locator('.timeline.large .current').count()).toBe(entry?.tokens.length);
    expect(proven.length).toBeGreaterThan(5);
    expect(await rows.locator('time.good').count()).toBe(proven.length);
    await page.close();
  });

  it('names every consumer, and no token', () => {
    for (let index = 0; index < 50; index += 1) expect(html).toContain(`app-${String(index).padStart(3, '0')}`);
    expect(year.values.length).toBeGreaterThan(40);
    expect(year.values.filter((value) => html.includes(value))).toEqual([]);
    const { evidence } = year.report.sources;
    expect(evidence).toMatchObject({ isVerified: true, problems: [] });
  });

  it('is accessible on a phone in the dark', async () => {
    const opened = await browser.open(html, { viewport: PHONE, colorScheme: 'dark' });
    await opened.page.locator('.consumers .toggle').first().click();
    expect(await seriousIn(opened.page)).toEqual([]);
    silent(opened);
    await opened.page.close();
  });
});
