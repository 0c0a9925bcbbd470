import { CodedError } from '../log/coded-error.ts';

/** What is on record is not what this program wrote, or a newer program wrote it; nothing was added. */
export class UnreadableEvidenceError extends CodedError {
  override readonly name = 'UnreadableEvidenceError';
  override readonly code = 'EVIDENCE_UNREADABLE';
}

/** Other runs added records each time, so that these found no place; nothing was added. */
export class ContendedEvidenceError extends CodedError {
  override readonly name = 'ContendedEvidenceError';
  override readonly code = 'EVIDENCE_CONTENDED';
}
