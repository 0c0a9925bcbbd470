import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oscalOf } from '../../cli/report/oscal.ts';
import { anEvidence } from '../builders/an-evidence.ts';
import { BEGIN, reportOn } from '../cli/report/a-report.ts';
import { toolOf, whySkipped } from '../tools/tool.ts';

const python = toolOf('test/tools/trestle/install.sh');

describe.runIf('program' in python)(`OSCAL as compliance-trestle knows it${whySkipped(python)}`, () => {
  const trestle = 'program' in python ? join(dirname(python.program), 'trestle') : '';
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'oscal-'));
    expect(await run('init', '--local')).toBe(0);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** @returns the exit code. */
  function run(...args: string[]): Promise<number> {
    const env = { PATH: process.env.PATH, HOME: folder };
    return new Promise((settle) => {
      execFile(trestle, args, { cwd: folder, env }, (error) =>
        settle(typeof error?.code === 'number' ? error.code : 0),
      );
    });
  }

  async function validate(name: string, results: object): Promise<number> {
    mkdirSync(join(folder, 'assessment-results', name), { recursive: true });
    writeFileSync(join(folder, 'assessment-results', name, 'assessment-results.json'), JSON.stringify(results));
    return run('validate', '-t', 'assessment-results', '-n', name);
  }

  const empty = { deployment: 'prod', files: [], records: [], hashes: [] };
  const hostile = ' "\n\u0000<script>&= \u{1F512}';

  it.each([
    ['a year with trouble', reportOn(anEvidence({ consumers: 50, from: BEGIN }))],
    ['a day without any', reportOn(anEvidence({ consumers: 1, days: 1, from: BEGIN, isTroubled: false }))],
    ['no evidence at all', reportOn(empty, { sources: { missing: ['everything'] } })],
    [
      'other people’s texts',
      reportOn(anEvidence({ consumers: 3, days: 40, from: BEGIN, deployment: hostile, text: hostile })),
    ],
  ])('the report of %s is valid', async (name, report) => {
    expect(await validate(name.replaceAll(/\W/g, '-'), oscalOf(report))).toBe(0);
  });

  it('what is not valid is noticed', async () => {
    const { 'assessment-results': results } = oscalOf(reportOn(empty)) as { 'assessment-results': object };
    const { 'import-ap': _, ...without } = results as { readonly 'import-ap': object };
    expect(await validate('without-plan', { 'assessment-results': without })).not.toBe(0);
  });
});
