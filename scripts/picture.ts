import { writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { page } from '../cli/report/page/page.ts';
import { demonstrated } from './pictures/demonstrated.ts';
import { lives } from './pictures/lives.ts';
import { parts } from './pictures/parts.ts';

// npm run picture: the pictures of README and docs, of what the demonstration gives. CHROMIUM names the browser that
// takes the one of the auditors' page; the others are drawn without.

const report = await demonstrated();
writeFileSync('docs/lives.svg', lives(report));
writeFileSync('docs/parts.svg', parts());

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  // Its sandbox needs rights that containers do not give; it opens nothing but our own page here.
  args: ['--no-sandbox'],
});
// The page's own policy lets no other style in.
const tab = await browser.newPage({ viewport: { width: 1120, height: 900 }, deviceScaleFactor: 1.5, bypassCSP: true });
await tab.setContent(page(report));
await tab.locator('.consumers .toggle').first().click();
// As much as fits into a page of docs.
await tab.addStyleTag({
  content:
    '.filters, .detail .scroll, .detail > .link { display: none } main { padding: 0 } #consumers { padding: 24px }',
});
await tab.locator('#consumers').screenshot({ path: 'docs/page.png' });
await browser.close();
