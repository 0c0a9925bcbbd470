/** The text of a file, or what is wrong with its bytes. */
export function textOf(file: string | Uint8Array): { readonly text: string } | { readonly wrong: string } {
  if (typeof file !== 'string') return textIn(file);
  if (!file.startsWith('\uFEFF')) return { text: file };
  return { wrong: 'begins with a byte order mark, which JSON does not have: save it as UTF-8 without one' };
}

/** Of JSON, the first character is ASCII. So a zero among the first bytes tells UTF-16 or UTF-32, mark or not. */
function textIn(bytes: Uint8Array): ReturnType<typeof textOf> {
  const [first, second] = bytes;
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (marked || bytes.subarray(0, 4).includes(0))
    return { wrong: 'is UTF-16, or another encoding with zero bytes: save it as UTF-8' };
  const text = decode(bytes);
  if (text !== undefined) return textOf(text);
  return { wrong: `is not UTF-8 at line ${foreignLine(bytes)}: save the file as UTF-8, which JSON always is` };
}

/** The first line that is not UTF-8. In UTF-8 the byte of a line end is never part of another character. */
function foreignLine(bytes: Uint8Array): number {
  let start = 0;
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0 || decode(bytes.subarray(start, end)) === undefined) return line;
    start = end + 1;
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
