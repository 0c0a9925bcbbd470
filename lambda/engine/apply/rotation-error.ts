import { EngineError } from '../../calls/failure.ts';

/** A rotation that ended for a reason of its own: what was made differs from what was asked, or does not work. */
export class RotationError extends EngineError {
  override readonly name = 'RotationError';
  /** False if the promotion may still take effect: then nothing may be undone. */
  readonly definite: boolean;
  constructor(message: string, options: ErrorOptions & { definite?: boolean } = {}) {
    super(message, options);
    this.definite = options.definite ?? true;
  }
}
