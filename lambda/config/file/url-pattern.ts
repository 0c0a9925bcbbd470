/**
 * `influxdb.url` for editors: as much of `parseUrl` as a pattern can say. It refuses nothing that the program takes, so
 * what a browser mends while it reads a URL, such as a backslash, is allowed here, too.
 */
export const URL_KEYWORDS = {
  pattern: urlPattern(),
  patternErrorMessage:
    'must be the base URL of the server, such as https://influxdb.example.com:8086, without a user, a query, or the path of a call or a page such as /api/v2',
};

function urlPattern(): string {
  const slash = String.raw`[/\\]`;
  const end = String.raw`${slash}*[?#]?\s*$`;
  const http = `${anyCase('http')}[sS]?`;
  const folder = `(${anyCase('orgs')}|${anyCase('debug')}${slash}+${anyCase('pprof')})(${slash}|${end})`;
  const api = `${anyCase('api')}${slash}+[vV]\\d`;
  const page = `(${anyCase('login|signin|signout|onboarding|docs|me|health|ready|ping|query|write')})${end}`;
  const noCall = `(?!(${slash}[^?#]*)?${slash}(${api}|${folder}|${page}))(?!${slash}+${anyCase('api')}${end})`;
  const host = String.raw`(\[[^\]/\\?#@]+\]|(?![^/\\?#]*\.\.)[^/\\?#@:{}$<> ]+)`;
  const port = '(:(0*[1-9]\\d{0,4})?)?';
  return String.raw`^\s*${http}:(?!${slash}*${http}:?${slash}{2})${slash}*${host}${port}${noCall}(${slash}[^?#]*)?[?#]?\s*$`;
}

/** A schema's patterns have no flag for it. */
function anyCase(word: string): string {
  return word.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}
