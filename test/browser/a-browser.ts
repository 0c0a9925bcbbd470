import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

export const PHONE = { width: 390, height: 844 };
export const LAPTOP = { width: 1280, height: 800 };

interface Look {
  readonly viewport?: typeof PHONE;
  readonly colorScheme?: 'light' | 'dark';
}

/** A page as it was opened from a file, with what the browser said and asked for meanwhile. */
export interface Opened {
  readonly page: Page;
  readonly complaints: string[];
  readonly requests: string[];
  /** Milliseconds from the navigation until the page was drawn. */
  readonly tookMs: number;
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

  async open(html: string, { viewport = LAPTOP, colorScheme = 'light' }: Look = {}): Promise<Opened> {
    const file = join(this.#folder, 'report.html');
    writeFileSync(file, html);
    const page = await this.#browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' });
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    const began = performance.now();
    await page.goto(`file://${file}`);
    await page.locator('main section').first().waitFor();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    return { page, complaints, requests, tookMs: performance.now() - began };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true });
  }
}
