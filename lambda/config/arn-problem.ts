import { partitionOf } from './partition.ts';

const REGION = /^[a-z]{2,5}(?:-[a-z]+)+-\d{1,2}$/;

/** Whose ARNs people write for this program. */
const SERVICES: ReadonlySet<string> = new Set(['secretsmanager', 'events', 'sns']);

/** What is wrong with the partition or the Region of an ARN; undefined if nothing is, or the text is no ARN. */
export function arnProblem(text: string): string | undefined {
  const [start = '', partition = '', service = '', region = ''] = text.split(':');
  // One of another service is not what was asked for at all, wherever it is.
  if (start.toLowerCase() !== 'arn' || !SERVICES.has(service)) return undefined;
  if (`${start}${partition}` !== `${start}${partition}`.toLowerCase())
    return 'must begin with "arn:aws" in small letters';
  if (region !== region.toLowerCase()) return `must name its Region in small letters: write ${region.toLowerCase()}`;
  if (!REGION.test(region)) return `must name a Region, such as eu-west-1, and "${region}" is none`;
  const its = partitionOf(region);
  if (its === undefined || its === partition) return undefined;
  return `must begin with "arn:${its}:", because Region ${region} is in that partition`;
}
