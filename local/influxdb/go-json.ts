/** Text as Go's `encoding/json` writes it: characters that HTML gives a meaning are escaped. */
export function goJson(value: unknown): string {
  return escapeHtml(JSON.stringify(value));
}

export function goJsonIndented(value: unknown): string {
  return escapeHtml(JSON.stringify(value, null, '\t'));
}

// JSON has these characters only within strings, so the whole text can be escaped at once.
function escapeHtml(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Go's `%q` for the names that occur in messages. */
export function goQuoted(text: string): string {
  return JSON.stringify(text)
    .replace(/\\u00([0-9a-f]{2})/g, '\\x$1')
    .replaceAll('\\x0b', '\\v')
    .replaceAll('\\x07', '\\a');
}
