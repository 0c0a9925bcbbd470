import { CallError } from '../../calls/call-error.ts';
import { endsRun } from '../../calls/failure.ts';
import { CONCURRENCY } from '../../calls/side-by-side.ts';
import { ROWS_A_PAGE } from '../../influxdb/named.ts';

/** For each so many names, one page may be in vain: then lists never cost many more calls than names one by one. */
const NAMES_A_VAIN_PAGE = 20;

interface Listed {
  readonly id: string;
  readonly name: string;
}

/**
 * Finds names in a list, up to 100 a call, for as long as a page has more than one of them. Up to 19 names are not looked
 * for at all. InfluxDB leaves out what the rotator may not read, and some versions know no `offset` for users: a name that
 * is not found may exist, and must be asked for by itself.
 * @param page the rows from this offset on.
 * @param isLate whether there is no time for another page.
 */
export async function findInLists<Row extends Listed>(
  wanted: ReadonlySet<string>,
  page: (offset: number) => Promise<readonly Row[]>,
  isLate: () => boolean,
): Promise<Map<string, Row>> {
  const found = new Map<string, Row>();
  const firstIds = new Set<string>();
  // A row that was deleted and made anew meanwhile.
  const ambiguous = new Set<string>();
  let offset = 0;
  let vain = 0;
  let ended = false;
  const missing = () => wanted.size - found.size;
  const pays = () => !ended && vain < Math.min(missing(), Math.floor(wanted.size / NAMES_A_VAIN_PAGE)) && !isLate();
  const look = async () => {
    offset += ROWS_A_PAGE;
    const rows = await page(offset - ROWS_A_PAGE).catch(refused);
    const before = found.size;
    for (const row of rows) {
      if (!wanted.has(row.name)) continue;
      if ((found.get(row.name)?.id ?? row.id) !== row.id) ambiguous.add(row.name);
      found.set(row.name, row);
    }
    const firstId = rows[0]?.id;
    if (firstId === undefined || firstIds.has(firstId)) ended = true;
    else firstIds.add(firstId);
    if (found.size - before <= 1) vain += 1;
  };
  // One page shows whether there is any use; then as many at once as the missing names would fill.
  if (pays()) await look();
  while (pays()) {
    const pages = Math.min(CONCURRENCY, Math.ceil(missing() / ROWS_A_PAGE));
    await Promise.all(Array.from({ length: pages }, look));
  }
  for (const name of ambiguous) found.delete(name);
  return found;
}

/** Whatever keeps a list away is told of each name that is asked for by itself. */
function refused(error: unknown): [] {
  if (endsRun(error) || !(error instanceof CallError)) throw error;
  return [];
}
