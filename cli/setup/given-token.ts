import { password } from '@clack/prompts';
import { Secrets } from '../../lambda/calls/secrets.ts';
import { plainTokenIn } from '../../lambda/secrets-manager/plain-token.ts';
import { UsageError } from '../function/rotator.ts';
import { answerTo, canAsk } from '../questions.ts';
import { TOKEN_VARIABLE } from './usual.ts';

/**
 * The token with which this command alone signs in to InfluxDB: from the environment, or typed without being shown. It is
 * stored nowhere.
 * @param kind what it must be able to do, for the question.
 */
export async function givenToken(kind: string): Promise<string> {
  const token = tokenIn(process.env[TOKEN_VARIABLE] || (await typed(kind)));
  Secrets.known.add(token);
  return token;
}

async function typed(kind: string): Promise<string> {
  if (!canAsk())
    throw new UsageError(
      `no token was given for this command alone: ${kind}. Put it into the environment as ${TOKEN_VARIABLE} (read -rs ${TOKEN_VARIABLE}; export ${TOKEN_VARIABLE})`,
    );
  const message = `InfluxDB token for this command alone: ${kind}. It is not stored`;
  return answerTo(password({ message, output: process.stderr, validate: wrongIn }));
}

function wrongIn(text: string | undefined): string | undefined {
  const found = plainTokenIn(text ?? '');
  return 'wrong' in found ? `this is no token, because it ${found.wrong}` : undefined;
}

function tokenIn(text: string): string {
  const found = plainTokenIn(text);
  if ('token' in found) return found.token;
  throw new UsageError(`${TOKEN_VARIABLE} holds no token, because it ${found.wrong}: put the token alone there`);
}
