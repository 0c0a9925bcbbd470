/** The runbook of this version. A test holds it to `repository` and `version` of package.json. */
export const RUNBOOK_URL =
  'https://github.com/influxdb-token-rotation/influxdb-token-rotation/blob/v0.1.0/docs/operations.md';

/** What the construct tells the function with of another copy. */
export const RUNBOOK_VARIABLE = 'RUNBOOK_URL';

/** @param place an alarm, a state or a code. The page has an anchor for each, in lower case; so has every copy of it. */
export function runbookLink(place: string, runbookUrl = RUNBOOK_URL): string {
  return `${runbookUrl}#${place.toLowerCase()}`;
}
