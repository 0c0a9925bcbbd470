import { CodedError } from '../../log/coded-error.ts';

/** A rotation that ended for a reason of its own: what was made differs from what was asked, or does not work. */
export class RotationError extends CodedError {
  override readonly name = 'RotationError';
  override readonly code: 'MINT_DIFFERS' | 'TOKEN_FAILS' | 'PROMOTION_UNCERTAIN' | 'STATUS_UNCHANGED';
  /** The promotion may still take effect: nothing may be undone. */
  readonly mayStillLand: boolean;
  /** The next try would meet the same, as long as nobody changes the configuration or the server. */
  readonly isLasting: boolean;

  constructor(
    code: RotationError['code'],
    message: string,
    options: ErrorOptions & { readonly mayStillLand?: boolean; readonly isLasting?: boolean } = {},
  ) {
    super(message, options);
    this.code = code;
    this.mayStillLand = options.mayStillLand ?? false;
    this.isLasting = options.isLasting ?? false;
  }
}
