import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../cli/report/model.ts';
import { demonstrated } from '../../scripts/pictures/demonstrated.ts';
import { lives } from '../../scripts/pictures/lives.ts';
import { parts } from '../../scripts/pictures/parts.ts';

let report: Report;
beforeAll(async () => {
  report = await demonstrated();
});

describe('the picture of the lives', () => {
  it('in docs is what the demonstration gives; npm run picture draws it anew', () => {
    expect(readFileSync('docs/lives.svg', 'utf8')).toBe(lives(report));
  });

  it('tells in words of each token when it was made, replaced, switched off and deleted', () => {
    const [, said = ''] = /<desc[^>]*>(.*)<\/desc>/.exec(lives(report)) ?? [];
    expect(said.replaceAll(/ Of |; /g, '\n')).toMatchInlineSnapshot(`
      "Of telegraf, token 1 is current from day 0, replaced on day 30, switched off on day 31.25, deleted on day 32.25
      token 2 is current from day 30, still in use
      token 3 is current from day 43.5, replaced on day 43.75, switched off on day 45, deleted on day 46.
      grafana, token 1 is current from day 3, replaced on day 33, switched off on day 34.25, deleted on day 35.25
      token 2 is current from day 33, replaced on day 42.5, deleted on day 42.5
      token 3 is current from day 42.5, still in use.
      collector, token 1 is current from day 6, replaced on day 36, switched off on day 37.25, deleted on day 38.25
      token 2 is current from day 36, replaced on day 43.75, switched off on day 45, deleted on day 46
      token 3 is current from day 43.75, still in use."
    `);
  });

  it('says of a token what cannot be seen from its bar', () => {
    const said = [...lives(report).matchAll(/class="(?:quiet|onmain) small"[^>]*>([^<]*)</g)].map(([, words]) => words);
    expect(said.filter((words) => !words?.startsWith('day '))).toMatchInlineSnapshot(`
      [
        "simulated days since the first run",
        "since day 0",
        "replaced after 30 days",
        "in use",
        "rolled back to the token before it",
        "since day 3",
        "replaced after 30 days",
        "leaked: ended at once",
        "in use",
        "since day 6",
        "replaced after 30 days",
        "in use",
        "made in a rotation by Secrets Manager",
      ]
    `);
  });
});

it('the picture of the parts in docs is what npm run picture draws', () => {
  expect(readFileSync('docs/parts.svg', 'utf8')).toBe(parts());
});

it.each(['lives', 'parts', 'performance'])(
  'the picture of the %s can be read in a dark page, and has no text below 12 pixels',
  (name) => {
    const picture = readFileSync(`docs/${name}.svg`, 'utf8');
    const [, light = '', dark = ''] =
      /^:root \{ (.*) \}\n@media \(prefers-color-scheme: dark\) \{ :root \{ (.*) \} \}$/m.exec(picture) ?? [];
    const names = (colours: string) => [...colours.matchAll(/--(\w+):/g)].map(([, colour]) => colour);
    expect(names(light)).toContain('paper');
    expect(names(dark)).toEqual(names(light));
    expect([...picture.matchAll(/(\d+)px/g)].map(([, size]) => Number(size)).filter((size) => size < 12)).toEqual([]);
  },
);
