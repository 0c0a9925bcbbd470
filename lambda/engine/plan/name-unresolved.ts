import type { Absence } from '../observe/existence.ts';
import type { Reason } from './reason.ts';

export function nameUnresolved({ problem, mends }: Absence): Reason<'NAME_UNRESOLVED'> {
  return { code: 'NAME_UNRESOLVED', problem, ...(mends !== undefined && { mends }) };
}
