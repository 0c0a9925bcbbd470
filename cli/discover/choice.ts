import { multiselect, text } from '@clack/prompts';
import { NAME_OR_ARN } from '../../lambda/config/secret-name.ts';
import { UsageError } from '../function/rotator.ts';
import { answerTo, canAsk } from '../questions.ts';
import { onOneLine } from '../terminal.ts';
import type { Chosen } from './adopting.ts';
import type { Found, Unmanaged } from './search.ts';

const output = process.stderr;

/**
 * Which tokens are to be taken over: named as `ID`, or as `ID=SECRET` where it cannot be told which secret holds it; or
 * picked on a terminal.
 */
export async function choiceOf(named: readonly string[], { unmanaged }: Found): Promise<Chosen[]> {
  const free = unmanaged.filter(({ shown }) => !shown.rotators);
  if (named.length > 0) return named.map((each) => chosenBy(each, unmanaged));
  if (!canAsk())
    throw new UsageError(
      'say which tokens are to be taken over: give their ids, or ID=SECRET, after discover --write FILE',
    );
  if (free.length === 0) return [];
  const options = free.map(({ shown }) => ({
    value: shown.authorizationId,
    label: onOneLine(`${shown.authorizationId}  ${shown.owner}: ${shown.reach}`),
    hint: onOneLine([shown.description, ...shown.secrets].filter((part) => part !== '').join(', ')),
  }));
  const ids = await answerTo(
    multiselect({ message: 'Which of them are to be rotated?', options, required: false, output }),
  );
  const chosen: Chosen[] = [];
  for (const token of free.filter(({ row }) => ids.includes(row.id)))
    chosen.push({ token, secret: token.shown.secrets[0] ?? (await askForSecret(token)) });
  return chosen;
}

function chosenBy(text: string, unmanaged: readonly Unmanaged[]): Chosen {
  const [id = '', given] = text.split(/=(.*)/s);
  const token = unmanaged.find(({ row }) => row.id === id.toLowerCase());
  if (token === undefined) throw new UsageError(`no unmanaged token has the id ${id}: discover without ids lists them`);
  if (token.shown.rotators)
    throw new UsageError(`${id} is the rotator's own token: no consumer reads it, and init replaces it`);
  const secret = given ?? token.shown.secrets[0];
  if (secret === undefined)
    throw new UsageError(
      `which secret holds the token of ${id} cannot be told${hintOf(token)}: give ${id}=SECRET, with the secret that its readers read`,
    );
  return { token, secret };
}

function hintOf({ shown: { perhaps } }: Unmanaged): string {
  return perhaps.length === 0 ? '' : ` (perhaps ${perhaps.join(' or ')})`;
}

async function askForSecret(token: Unmanaged): Promise<string> {
  const message = `Which secret holds the token of ${token.row.id}, or will, when its readers read it there?`;
  const validate = (typed: string | undefined) =>
    NAME_OR_ARN.test(typed ?? '') ? undefined : 'give the name or the ARN of a secret';
  const initialValue = token.shown.perhaps[0] ?? '';
  return answerTo(text({ message, initialValue, validate, output }));
}
