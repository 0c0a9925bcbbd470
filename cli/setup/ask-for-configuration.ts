import { confirm, text } from '@clack/prompts';
import type { ConsumerFile } from '../../lambda/config/schema.ts';
import { parseUrl } from '../../lambda/config/url.ts';
import { Resolver } from '../../lambda/engine/observe/resolve-names.ts';
import { configurationIn } from '../function/in-process.ts';
import { answerTo } from '../questions.ts';
import { tell } from '../terminal.ts';
import type { TypedConsumer } from './consumer-option.ts';
import { completed, type Known, newConfiguration, textOf, type Wanted } from './new-configuration.ts';
import { withServices } from './services.ts';
import { USUAL } from './usual.ts';

const output = process.stderr;

/** Asks for what is not known yet. Names are looked up on the server at once. */
export async function askForConfiguration(known: Known, given: () => Promise<string>): Promise<Wanted> {
  const url = known.url ?? (await asked('URL of InfluxDB', undefined, (typed) => parseUrl(typed).problem));
  const org = known.org ?? (await asked('Org, by name or id'));
  const wanted = {
    ...{ url, org, ca: known.ca },
    deployment: known.deployment ?? (await asked('Name of this deployment', USUAL.deployment)),
    tokenSecret: known.tokenSecret ?? (await asked("Secret for the rotator's own token", USUAL.tokenSecret)),
  };
  if (known.consumers.length > 0) return { ...wanted, consumers: known.consumers };
  const token = await given();
  const consumers: TypedConsumer[] = [];
  do consumers.push(await askForConsumer({ ...wanted, consumers }, token));
  while (await answerTo(confirm({ message: 'Another consumer? (y or n)', initialValue: false, output })));
  return { ...wanted, consumers };
}

/** Again until the server knows its buckets. */
async function askForConsumer(wanted: Wanted, token: string): Promise<TypedConsumer> {
  const name = await asked('Name of a consumer: an application with a token of its own');
  const usual = completed({ name }, wanted);
  let typed: TypedConsumer = { name };
  for (;;) {
    const write = listIn(await asked('Buckets that it writes, with commas', typed.write?.join(','), optional));
    const read = listIn(
      await asked('Buckets that it reads, with commas', typed.read?.join(','), write.length > 0 ? optional : neitherIn),
    );
    const owner = usual.owner && (await asked('User that owns its tokens', typed.owner ?? usual.owner));
    const secret = await asked('Secret that it reads its token from', typed.secret ?? usual.secret);
    typed = {
      ...{ name, secret },
      ...(owner !== undefined && { owner }),
      ...(read.length > 0 && { read }),
      ...(write.length > 0 && { write }),
    };
    const problem = await problemOf(completed(typed, wanted), wanted, token);
    if (problem === undefined) return typed;
    tell(problem);
  }
}

/** What the configuration's own checks, or the server, have against it. */
async function problemOf(consumer: ConsumerFile, wanted: Wanted, token: string): Promise<string | undefined> {
  try {
    const file = newConfiguration({ ...wanted, consumers: [...wanted.consumers, consumer] }, 'the configuration');
    const configuration = configurationIn(textOf(file), 'the configuration');
    const settings = configuration.consumers.at(-1);
    if (settings === undefined) return undefined;
    return await withServices(configuration, token, async ({ influxdb }) => {
      const maybeMade = { ...settings, createOwner: settings.owner !== undefined };
      const target = await new Resolver(configuration.influxdb, influxdb).resolve(maybeMade);
      return target.kind === 'unresolved' ? target.problem : undefined;
    });
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}

function optional(): undefined {
  return undefined;
}

function neitherIn(read: string): string | undefined {
  return listIn(read).length === 0 ? 'it writes no bucket, so name one that it reads' : undefined;
}

function needed(typed: string): string | undefined {
  return typed.trim() === '' ? 'this is needed' : undefined;
}

async function asked(
  message: string,
  initialValue = '',
  wrongIn: (typed: string) => string | undefined = needed,
): Promise<string> {
  const validate = (typed: string | undefined) => wrongIn((typed ?? '').trim());
  return ((await answerTo(text({ message, initialValue, validate, output }))) ?? '').trim();
}

function listIn(typed: string): string[] {
  return typed
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
