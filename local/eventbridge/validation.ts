import { ServiceError } from '../http/service-error.ts';

/** A constraint of the service's model, which the front end checks before the service sees the call. */
export function validation(member: string, constraint: string): ServiceError {
  const message = `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`;
  return new ServiceError('ValidationException', message);
}
