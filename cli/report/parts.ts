import * as z from 'zod';

export const time = z.iso.datetime().describe('ISO 8601, UTC');
export const Count = z.int().min(0);

/** The numbers of records, which `records` has with their hashes and files. */
export const RECORD_NUMBERS = z.array(z.int()).describe('the numbers of the records behind it');
