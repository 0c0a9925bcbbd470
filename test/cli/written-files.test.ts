import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeWhole } from '../../cli/setup/files.ts';
import { Beginning } from './a-beginning.ts';

let at: Beginning;
beforeEach(async () => {
  at = await Beginning.open();
});
afterEach(() => at.close());

const names = () => readdirSync(at.path('.')).toSorted();
const text = (name: string) => readFileSync(at.path(name), 'utf8');

describe('a configuration that is written', () => {
  it('stays where a link leads, with its rights, beside whatever else is there', () => {
    writeFileSync(at.path('real.json'), 'before');
    chmodSync(at.path('real.json'), 0o640);
    symlinkSync('real.json', at.path('link.json'));
    writeFileSync(at.path('link.json.new'), 'of somebody else');
    writeFileSync(at.path('real.json.new'), 'of somebody else');
    writeWhole(at.path('link.json'), 'after', 'before');
    expect(lstatSync(at.path('link.json')).isSymbolicLink()).toBe(true);
    expect(text('real.json')).toBe('after');
    expect(statSync(at.path('real.json')).mode & 0o777).toBe(0o640);
    expect([text('link.json.new'), text('real.json.new')]).toEqual(['of somebody else', 'of somebody else']);
    expect(names()).toEqual(['link.json', 'link.json.new', 'real.json', 'real.json.new']);
  });

  it('leaves nothing where it cannot be written', async () => {
    mkdirSync(at.path('folder.json'));
    const seen = await at.typeHere(['init', ...at.flags, '--config', at.path('folder.json'), '--yes']);
    expect(seen.code).toBe(2);
    expect(names()).toEqual(['folder.json']);
    expect(at.calls.filter(({ method, path }) => method === 'POST' && path === '/api/v2/users')).toEqual([]);
  });

  it.each([
    ['edited', 'before', 'edited'],
    ['made', undefined, 'made by another'],
  ])('is left alone where somebody %s it meanwhile', (_, before, now) => {
    writeFileSync(at.path(), now);
    expect(() => writeWhole(at.path(), 'after', before)).toThrow(
      /changed meanwhile, and nothing was done: type it again/,
    );
    expect(text(basename(at.path()))).toBe(now);
    expect(names()).toEqual([basename(at.path())]);
  });
});
