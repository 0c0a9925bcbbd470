/** The token in a text, or why the text is none: completes "it …". Never repeats what stands there. */
export type PlainToken = { readonly token: string } | { readonly wrong: string };

/** Spaces and line ends, and marks that nobody sees. */
const BLANK = /[\s\u200B-\u200D\u2060\uFEFF]/;

/** A quote on each side. */
const QUOTED = /^["'`“”„‘’«»]([\s\S]*)["'`“”„‘’«»]$/;

/** The beginning of a header, or its name as well. */
const SCHEME = /^(?:authorization[ \t]*:[ \t]*)?(?:token|bearer)[ \t]+(?=\S)/i;

/** The token in what a person stored as one. What stood around it when it was copied is no part of it. */
export function plainTokenIn(text: string): PlainToken {
  const token = withoutSurroundings(text);
  const wrong = NO_TOKENS.find(([pattern]) => pattern.test(token))?.[1];
  return wrong === undefined ? { token } : { wrong };
}

/** The same, or the text itself where it holds none. */
export function bareToken(text: string): string {
  const found = plainTokenIn(text);
  return 'token' in found ? found.token : text;
}

/** More layers than these are no accident. */
const LAYERS = 4;

function withoutSurroundings(text: string): string {
  let inner = trimmed(text);
  for (let layer = 0; layer < LAYERS; layer += 1) {
    const outer = inner;
    inner = trimmed(trimmed(outer.replace(QUOTED, '$1')).replace(SCHEME, ''));
    if (inner === outer) break;
  }
  return inner;
}

/** Line ends also as two characters, as a shell leaves them. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && BLANK.test(text[start] ?? '')) start += 1;
  for (;;) {
    if (end > start && BLANK.test(text[end - 1] ?? '')) end -= 1;
    else if (end - start > 1 && /^\\[nr]$/.test(text.slice(end - 2, end))) end -= 2;
    else return text.slice(start, end);
  }
}

/** InfluxDB takes any text as the token of its first user, so whatever is one word, and of nothing else, may be one. */
const NO_TOKENS: readonly (readonly [RegExp, string])[] = [
  [/^$/, 'is empty'],
  // Those that InfluxDB makes have 88 characters. This comes first, since the others would take time.
  [/^[\s\S]{2049}/, 'is too long'],
  [/^[{[]|[}\]]$|["']\s*[:,]/, 'is broken JSON'],
  [/[\r\n]/, 'has a line break inside'],
  [/\s/, 'has a space inside'],
  [/[^\x21-\x7e]/, 'has characters that a header cannot have'],
  [/["'`\\<>{},;]/, 'has quotes, brackets or the like inside'],
  [/^[a-z][a-z0-9+.-]*:\/\//i, 'is a URL'],
  [/^arn:/i, 'is an ARN'],
  // A token itself may end in one or two `=`, and hold any word before them.
  [/^[\w.-]*(?:token|key|secret|password|influx)[\w.-]*[:=][^=]/i, 'is a name with a value'],
  [/^(?:null|undefined|none|true|false|token|bearer)$/i, 'is a word that stands for nothing'],
];
