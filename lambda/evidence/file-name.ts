// The name of a file says which record is its first, twice: counted down for the order, since S3 lists in ascending order
// only and the newest is to come first, and counted up for people.

const DIGITS = 12;
const MOST = 10 ** DIGITS - 1;
const NAME = /^(\d{12})-(\d{12})\.jsonl$/;

export function fileName(first: number): string {
  const digits = (number: number) => String(number).padStart(DIGITS, '0');
  return `${digits(MOST - first)}-${digits(first)}.jsonl`;
}

/** The number of the file's first record; undefined if it is no name of ours. */
export function firstIn(name: string): number | undefined {
  const first = Number(NAME.exec(name)?.[2]);
  return first > 0 && fileName(first) === name ? first : undefined;
}
