import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { RowSplitter } from '../../../lambda/influxdb/row-splitter.ts';

const text = fc.string({
  unit: fc.constantFrom('a', '"', '\\', '[', ']', '{', '}', ',', ':', 'é', '🚀', 'authorizations'),
});
const value = fc.oneof(text, fc.integer(), fc.array(text), fc.dictionary(text, fc.oneof(text, fc.array(text))));
const row = fc.dictionary(text, value);
const spaces = fc.constantFrom('', ' ', '\n  ', '\t');

it('finds the rows of any list that JSON.parse finds, however it is written and cut into chunks', () => {
  const around = fc.dictionary(
    text.filter((key) => key !== 'authorizations'),
    value,
  );
  const size = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(around, fc.array(row), spaces, size, (other, rows, indent, most) => {
      const bytes = Buffer.from(JSON.stringify({ ...other, authorizations: rows, links: other }, null, indent));
      const splitter = new RowSplitter();
      const found: unknown[] = [];
      for (let start = 0; start < bytes.length; start += most)
        found.push(...splitter.split(bytes.subarray(start, start + most)));
      splitter.end();
      expect(found).toEqual(JSON.parse(bytes.toString()).authorizations);
    }),
  );
});

it('takes nothing for a list that JSON.parse would not take for JSON', () => {
  const broken = fc.tuple(fc.array(row), fc.nat(), fc.constantFrom('"', '\\', '[', ']', '{', '}', ',', ':', '1'));
  fc.assert(
    fc.property(broken, ([rows, place, mark]) => {
      const whole = JSON.stringify({ authorizations: rows });
      const at = place % (whole.length + 1);
      // A mark can part the two halves of a character.
      const bytes = Buffer.from(`${whole.slice(0, at)}${mark}${whole.slice(at)}`);
      const found: unknown[] = [];
      const read = () => {
        const splitter = new RowSplitter();
        found.push(...splitter.split(bytes));
        splitter.end();
      };
      try {
        read();
      } catch {
        return;
      }
      expect(found).toEqual(JSON.parse(bytes.toString()).authorizations);
    }),
  );
});
