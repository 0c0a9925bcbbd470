import type { Flux } from './flux-script.ts';
import type { Field, FieldType, Point } from './rows.ts';
import { rfc3339Nano } from './timestamps.ts';

interface Column {
  readonly name: string;
  readonly type: string;
  /** Columns of the group key have one value in a table. */
  readonly group: boolean;
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

const csvTypes: Readonly<Record<FieldType, string>> = {
  float: 'double',
  integer: 'long',
  unsigned: 'unsignedLong',
  string: 'string',
  boolean: 'boolean',
};

interface Series {
  readonly key: ReadonlyMap<string, string>;
  readonly type: FieldType;
  readonly values: Map<bigint, Field>;
}

/** One table for each series and field, in the order of their keys. A later point at the same time replaces an earlier one. */
export function tablesOf(points: readonly Point[], flux: Flux): Table[] {
  const series = new Map<string, Series>();
  for (const point of points) {
    if (point.time < flux.start || point.time >= flux.stop) continue;
    for (const [name, field] of point.fields) {
      const key = new Map([['_field', name], ['_measurement', point.measurement], ...point.tags]);
      if (!flux.conditions.every(({ column, equal, value }) => (key.get(column) === value) === equal)) continue;
      const id = JSON.stringify([point.measurement, ...point.tags, name]);
      const known = series.get(id) ?? { key, type: field.type, values: new Map<bigint, Field>() };
      known.values.set(point.time, field);
      series.set(id, known);
    }
  }
  return [...series].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => tableOf(one, flux));
}

function tableOf({ key, type, values }: Series, { start, stop, reduce }: Flux): Table {
  const keyColumns = [...key.keys()].map((name) => ({ name, type: 'string', group: true }));
  const time = 'dateTime:RFC3339';
  const bounds: Column[] = [
    { name: '_start', type: time, group: true },
    { name: '_stop', type: time, group: true },
  ];
  const limits = [rfc3339Nano(start), rfc3339Nano(stop)];
  if (reduce === 'count') {
    const columns = [...bounds, ...keyColumns, { name: '_value', type: 'long', group: false }];
    return { columns, rows: [[...limits, ...key.values(), String(values.size)]] };
  }
  const columns = [
    ...bounds,
    { name: '_time', type: time, group: false },
    { name: '_value', type: csvTypes[type], group: false },
    ...keyColumns,
  ];
  const ordered = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  const chosen = reduce === 'last' ? ordered.slice(-1) : ordered;
  return { columns, rows: chosen.map(([at, field]) => [...limits, rfc3339Nano(at), field.value, ...key.values()]) };
}
