import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { masked } from '../../../lambda/calls/masked.ts';
import { redact } from '../../../lambda/calls/redact.ts';
import { Secrets } from '../../../lambda/calls/secrets.ts';

const SHORT = 'my-super-secret-auth-token';

function knowing(...values: string[]): Secrets {
  const secrets = new Secrets();
  for (const value of values) secrets.add(value);
  return secrets;
}

describe('what an invocation knows as secret is masked', () => {
  it.each<[string, string, string]>([
    ['whole', `unknown token ${SHORT}, sorry`, 'unknown token …, sorry'],
    ['twice', `${SHORT} ${SHORT}`, '… …'],
    ['in pieces of eight characters', 'begins with my-super and ends th-token', 'begins with … and ends …'],
    ['in longer pieces', 'it was "super-secret-auth"', 'it was "…"'],
    ['inside of other words', `Token%20${SHORT}%0A`, 'Token%20…%0A'],
    ['but not in shorter pieces', 'my super secret token', 'my super secret token'],
  ])('%s', (_name, text, shown) => {
    expect(knowing(SHORT).mask(text)).toBe(shown);
  });

  it('whole, where it is shorter than a piece', () => {
    expect(knowing('s3cr3t').mask('the token s3cr3t is unknown')).toBe('the token … is unknown');
  });

  it('whole, with nothing left of a longer one that it begins', () => {
    expect(knowing('test', 'testing').mask('(testing) (test)')).toBe('(…) (…)');
  });

  it('unless it is too short for a token', () => {
    expect(knowing('', 'abc').mask('abc')).toBe('abc');
  });

  it('only from a length on, where that is asked for', () => {
    expect(knowing('influxdb-telegraf-token').mask('influxdb/acme/telegraf influxdb-tele', 12)).toBe(
      'influxdb/acme/telegraf …',
    );
  });

  it('wherever it stands, with no piece of it left', () => {
    const secret = fc.string({ minLength: 8, maxLength: 90 });
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 50 }), fc.string(), fc.string(), (values, head, tail) => {
        const [first = ''] = values;
        const text = knowing(...values).mask(`${head}${first}${tail}`);
        for (let start = 0; start + 8 <= first.length; start += 1)
          expect(text.includes(first.slice(start, start + 8)) && !first.includes('…')).toBe(false);
      }),
      { seed: 1 },
    );
  });

  it('among thousands of others, and nothing else with it', () => {
    const words = Array.from({ length: 5000 }, (_, index) =>
      `token-${(index * 7919) % 100_003}-of-${index}-`.repeat(3),
    );
    const secrets = knowing(...words);
    expect(secrets.mask('an ordinary sentence, of which no token has a piece')).toBe(
      'an ordinary sentence, of which no token has a piece',
    );
    for (const word of words) expect(secrets.mask(`(${word})`)).toBe('(…)');
  });
});

describe('redact', () => {
  it('masks the secrets of its own invocation only', async () => {
    const saying = (secret: string, other: string) =>
      knowing(secret).during(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return redact(`${secret} ${other}`);
      });
    const texts = await Promise.all([saying('canary-one', 'another-two'), saying('another-two', 'canary-one')]);
    expect(texts).toEqual(['… another-two', '… canary-one']);
  });

  it('masks before it cuts, however long the text is', () => {
    const filler = `${'x'.repeat(100)} `.repeat(160);
    for (const length of [0, 470, 480, 499, 16_370, 16_383]) {
      const text = `${filler.slice(0, length)}${SHORT} and more`.repeat(3);
      const shown = knowing(SHORT).during(() => redact(text));
      expect(shown.length).toBeLessThanOrEqual(501);
      expect(shown).not.toMatch(/my-super|er-secre|th-token/);
    }
  });

  it('shows no part of a word that it had to cut', () => {
    const token = 'A1b2'.repeat(22);
    expect(redact(`${'y'.repeat(16_350)}${token}`)).toBe('…');
    expect(redact(`${'y'.repeat(16_300)} ${token}`)).toBe('… …');
  });
});

describe('what is logged and reported', () => {
  it('is masked and cut in every text', () => {
    const report = { errors: [{ message: `no ${SHORT}`, at: 5, more: undefined }], long: 'z'.repeat(14_000_000) };
    const shown = masked(report, knowing(SHORT));
    expect(shown.errors).toEqual([{ message: 'no …', at: 5, more: undefined }]);
    expect(shown.long.length).toBeLessThan(5000);
  });

  it('is text that every reader takes, wherever it was cut, and whatever a server says', () => {
    for (const text of ['no \ud83d', `${'z'.repeat(3799)}\ud83d\ude00${'z'.repeat(999)}`])
      expect(masked({ text }, knowing(SHORT)).text.isWellFormed()).toBe(true);
  });

  it('keeps the names in our own texts, where a short token is an ordinary word; texts from outside keep none', () => {
    for (const token of ['prod', 'test', 'acme', 'writer7']) {
      const report = { deployment: token, reason: `secret influxdb/${token}/telegraf does not exist` };
      expect(masked(report, knowing(token))).toEqual(report);
      const outside = `unauthorized: ${token}, "${token}", x${token}y`;
      expect(knowing(token).during(() => redact(outside))).toBe('unauthorized: …, "…", x…y');
    }
  });
});
