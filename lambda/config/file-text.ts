/** The text of a file, or what is wrong with its bytes. */
export function textOf(file: string | Uint8Array): { readonly text: string } | { readonly wrong: string } {
  const wrong = typeof file === 'string' ? undefined : wrongEncoding(file);
  if (wrong !== undefined) return { wrong };
  const text = typeof file === 'string' ? file : decode(file);
  if (text === undefined)
    return { wrong: `is not UTF-8 at line ${foreignLine(file)}: save the file as UTF-8, which JSON always is` };
  if (text.startsWith('\uFEFF'))
    return { wrong: 'begins with a byte order mark, which JSON does not have: save it as UTF-8 without one' };
  return { text };
}

/** Of JSON, the first character is ASCII. So a zero among the first bytes tells UTF-16 or UTF-32, mark or not. */
function wrongEncoding(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (!marked && !bytes.subarray(0, 4).includes(0)) return undefined;
  return 'is UTF-16, or another encoding with zero bytes: save it as UTF-8';
}

/** The first line that is not UTF-8. In UTF-8 the byte of a line end is never part of another character. */
function foreignLine(file: string | Uint8Array): number {
  const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file;
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
