import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

export const PHONE = { width: 390, height: 844 };
export const LAPTOP = { width: 1280, height: 800 };

interface Look {
  readonly viewport?: typeof PHONE;
  readonly colorScheme?: 'light' | 'dark';
  /** As a tab that nobody looks at: the browser draws nothing, so what follows the first sight never comes by itself. */
  readonly isInBackground?: boolean;
}

/** A page as it was opened from a file, with what the browser said and asked for meanwhile. */
export interface Opened {
  readonly page: Page;
  readonly complaints: string[];
  readonly requests: string[];
}

/** A Chromium that opens pages as a person does who was sent the file. */
export class ABrowser {
  readonly #browser: Browser;
  readonly #folder = mkdtempSync(join(tmpdir(), 'page-'));

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(program: string): Promise<ABrowser> {
    // Its sandbox needs rights that containers do not give; it opens nothing but our own pages here.
    return new ABrowser(await chromium.launch({ executablePath: program, args: ['--no-sandbox'] }));
  }

  async open(
    html: string,
    { viewport = LAPTOP, colorScheme = 'light', isInBackground = false }: Look = {},
  ): Promise<Opened> {
    const file = join(this.#folder, 'report.html');
    writeFileSync(file, html);
    const page = await this.#browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' });
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    if (isInBackground) await page.addInitScript(() => Object.assign(globalThis, { requestAnimationFrame: () => 0 }));
    await page.goto(`file://${file}`);
    await page.locator('main section').first().waitFor();
    if (!isInBackground) await page.locator('.consumers:not([aria-busy])').waitFor({ state: 'attached' });
    return { page, complaints, requests };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true });
  }
}

/** Nothing was said on the console, and nothing was asked for but the file itself. */
export function silent({ complaints, requests }: Opened): void {
  expect(complaints).toEqual([]);
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatch(/^file:/);
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds serious or critical, and where. */
export async function seriousIn(page: Page): Promise<string[]> {
  // The page's own policy lets no other script in.
  const { violations } = await page.evaluate(async (source) => {
    // biome-ignore lint/security/noGlobalEval: axe comes as a text.
    globalThis.eval(source);
    return (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run();
  }, AXE);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}
