import type { Answer } from '../http/server.ts';
import { goJson, goJsonIndented } from './go-json.ts';

const statuses = {
  invalid: 400,
  'empty value': 400,
  unauthorized: 401,
  forbidden: 403,
  'not found': 404,
  'method not allowed': 405,
  'request too large': 413,
  'unprocessable entity': 422,
  conflict: 422,
  'too many requests': 429,
  'internal error': 500,
  'not implemented': 501,
  unavailable: 503,
} as const;

/** The server's own error codes; `X-Platform-Error-Code` repeats them. */
export type ErrorCode = keyof typeof statuses;

/** A refusal in the server's words. Thrown by the handlers, answered at the boundary of the service. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Which of the server's two writers sends the error: `kit/transport/http` indents, the older handlers do not. */
export type ErrorLayout = 'indented' | 'compact';

export function errorAnswer(error: ApiError, layout: ErrorLayout): Answer {
  const body = { code: error.code, message: error.message };
  return {
    status: statuses[error.code],
    headers: { 'Content-Type': 'application/json; charset=utf-8', 'X-Platform-Error-Code': error.code },
    body: layout === 'compact' ? goJson(body) : goJsonIndented(body),
  };
}

export function codeOfStatus(status: number): ErrorCode {
  const codes = Object.keys(statuses) as ErrorCode[];
  return codes.find((code) => statuses[code] === status) ?? 'internal error';
}
