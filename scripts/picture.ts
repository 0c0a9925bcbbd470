import { resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { DEMONSTRATED } from '../cli/report/demonstrated.ts';

// npm run picture: the picture of the README, of the page that npm start writes. CHROMIUM names the browser.

const FILE = 'docs/page.png';

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  // Its sandbox needs rights that containers do not give; it opens nothing but our own page here.
  args: ['--no-sandbox'],
});
// The page's own policy lets no other style in.
const page = await browser.newPage({ viewport: { width: 1120, height: 900 }, deviceScaleFactor: 1.5, bypassCSP: true });
await page.goto(`file://${resolve(DEMONSTRATED)}`);
await page.locator('.consumers .toggle').first().click();
// As much as fits into a README.
await page.addStyleTag({
  content:
    '.filters, .detail .scroll, .detail > .link { display: none } main { padding: 0 } #consumers { padding: 24px }',
});
await page.locator('#consumers').screenshot({ path: FILE });
await browser.close();
