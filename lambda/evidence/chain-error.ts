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

/** The folder cannot be read or written. After a file that could not be written, there is none of its name. */
export class FolderError extends CodedError {
  override readonly name = 'FolderError';
  override readonly code = 'EVIDENCE_FOLDER';

  constructor(work: 'read' | 'written', folder: string, cause: unknown) {
    const { code = 'an unknown error' } = cause as NodeJS.ErrnoException;
    super(`the folder of the evidence, ${folder}, cannot be ${work} (${code}): make it, and let this program use it`, {
      cause,
    });
  }
}
