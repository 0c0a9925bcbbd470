import { bareToken } from '../../secrets-manager/plain-token.ts';
import { tokenHash } from '../document/document.ts';

/** Whether a text of a secret is the rotator's own token, with or without what people leave around one. */
export type IsRotators = (text: string) => boolean;

/** Only the hash is kept. */
export function rotatorsOwn(rotatorToken: string): IsRotators {
  const own = tokenHash(rotatorToken);
  return (text) => [text, bareToken(text)].some((each) => tokenHash(each) === own);
}
