import { sessionCookie, sessionKeyOf } from './authenticate.ts';
import { type Handler, noContent } from './endpoint.ts';
import { ApiError } from './errors.ts';
import { newToken } from './tokens.ts';

/** Milliseconds that a session lasts when it is not used. */
const sessionMs = 60 * 60_000;

const unauthorized = () => new ApiError('unauthorized', 'unauthorized access');

export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

export function basicCredentials(header: string | undefined): BasicCredentials | undefined {
  const encoded = /^basic (.*)$/is.exec(header ?? '')?.[1];
  const decoded = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 0 ? undefined : { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

/** `POST /api/v2/signin`: every refusal looks the same. */
export const signIn: Handler = ({ store, request }) => {
  const credentials = basicCredentials(request.headers.authorization);
  const user = credentials && store.userNamed(credentials.username);
  const password = user && store.tables.passwords.get(user.id);
  if (!user || password === undefined || password !== credentials.password) throw unauthorized();
  const key = newToken();
  const expiresAt = store.now() + sessionMs;
  store.tables.sessions.set(key, { userId: user.id, expiresAt });
  const expires = new Date(expiresAt).toUTCString();
  const cookie = `${sessionCookie}=${key}; Path=/api/; Expires=${expires}; HttpOnly; SameSite=Strict`;
  return { status: 204, headers: { 'Set-Cookie': cookie } };
};

export const signOut: Handler = ({ store, request }) => {
  const key = sessionKeyOf(request);
  if (key === undefined || !store.tables.sessions.delete(key)) throw unauthorized();
  return noContent;
};
