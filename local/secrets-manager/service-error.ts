import { ServiceError as AnyServiceError } from '../http/service-error.ts';

/** The exceptions that this server answers with, by the service's own names. */
export type ErrorType =
  | 'AccessDeniedException'
  | 'InternalServiceError'
  | 'InvalidNextTokenException'
  | 'InvalidParameterException'
  | 'InvalidRequestException'
  | 'LimitExceededException'
  | 'MalformedPolicyDocumentException'
  | 'MissingAuthenticationTokenException'
  | 'ResourceExistsException'
  | 'ResourceNotFoundException'
  | 'SerializationException'
  | 'ServiceUnavailableException'
  | 'ThrottlingException'
  | 'UnknownOperationException'
  | 'ValidationException';

/** The message is the service's own where that is known. */
export class ServiceError extends AnyServiceError<ErrorType> {}

export const invalidParameter = (message: string): ServiceError =>
  new ServiceError('InvalidParameterException', message);

export const invalidRequest = (message: string): ServiceError => new ServiceError('InvalidRequestException', message);

export const notFound = (message: string): ServiceError => new ServiceError('ResourceNotFoundException', message);

/** A constraint of the service's model, which the front end checks before the service sees the call. */
export const validation = (field: string, constraint: string): ServiceError =>
  new ServiceError(
    'ValidationException',
    `1 validation error detected: Value at '${field.charAt(0).toLowerCase()}${field.slice(1)}' failed to satisfy constraint: ${constraint}`,
  );
