import { type Head, notUnderstood } from './answer.ts';
import { type Authorization, AuthorizationAnswer } from './authorization.ts';

/** Takes the rows of a list one by one, as they arrive. */
export interface RowCollector {
  /** Called at the start of each attempt: rows of an earlier one do not count. */
  begin(): void;
  row(row: Authorization): void;
}

/** The row at this place of the answer to `GET /api/v2/authorizations`. */
export function listedRow(head: Head, index: number, value: unknown): Authorization {
  const parsed = AuthorizationAnswer.safeParse(value);
  if (parsed.success) return parsed.data;
  throw notUnderstood(head, ['authorizations', index, ...(parsed.error.issues[0]?.path ?? [])].join('.'));
}
