/** A byte as Go's syntax errors quote it. */
export function goChar(char: string): string {
  if (char === "'") return `'\\''`;
  if (char === '"') return `'"'`;
  const code = char.charCodeAt(0);
  const named: Record<string, string> = {
    '\x07': '\\a',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\v': '\\v',
  };
  if (char in named) return `'${named[char]}'`;
  if (char === '\\') return `'\\\\'`;
  if (code < 0x20 || code === 0x7f) return `'\\x${code.toString(16).padStart(2, '0')}'`;
  if (code >= 0x80 && code < 0xa1) return `'\\u${code.toString(16).padStart(4, '0')}'`;
  if (code === 0xad) return `'\\u00ad'`;
  return `'${char}'`;
}
