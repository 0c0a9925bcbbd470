import type { ConsumerSettings } from '../../config/configuration.ts';
import { isInForce } from '../../config/exception.ts';
import type { ExceptionReport } from './report.ts';

/** What is said of a consumer's exception; nothing of one that has none. */
export function reportException(
  { exception }: Pick<ConsumerSettings, 'exception'>,
  now: number,
): { readonly exception?: ExceptionReport } {
  if (exception === undefined) return {};
  const { reason, approvedBy, until } = exception;
  const inForce = isInForce(exception, now);
  return { exception: { reason, approvedBy, until: new Date(until).toISOString(), inForce } };
}
