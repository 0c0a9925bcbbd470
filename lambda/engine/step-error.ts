import { masked } from '../calls/masked.ts';
import { Secrets } from '../calls/secrets.ts';
import { CodedError, type ErrorCode } from '../log/coded-error.ts';
import { describe } from './plan/describe.ts';
import type { Reason } from './plan/reason.ts';

/** A step of a rotation by Secrets Manager that is not taken. Nothing was written, and Secrets Manager asks again. */
export class StepRefusedError extends CodedError {
  override readonly name = 'StepRefusedError';
  override readonly code = 'STEP_REFUSED';
  readonly reason: Reason;

  constructor(step: string, sentence: string, reason: Reason) {
    super(masked(`${step} is refused: ${sentence}`, Secrets.known));
    this.reason = reason;
  }

  static because(step: string, reason: Reason): StepRefusedError {
    return new StepRefusedError(step, describe(reason), reason);
  }
}

/** A step that could not be taken to its end. Secrets Manager begins again with the first one. */
export class StepFailedError extends CodedError {
  override readonly name = 'StepFailedError';
  override readonly code = 'STEP_FAILED';

  constructor(step: string, error: string, code: ErrorCode) {
    super(masked(`${step} failed with ${code}: ${error}`, Secrets.known));
  }
}
