import { existsSync } from 'node:fs';
import type { Configuration } from '../../lambda/config/configuration.ts';
import type { ConsumerFile } from '../../lambda/config/schema.ts';
import { type Chosen, consumersFor, newWith } from '../discover/adopting.ts';
import { choiceOf } from '../discover/choice.ts';
import type { Discovery } from '../discover/discovery.ts';
import { discoveryLines } from '../discover/discovery-lines.ts';
import { search } from '../discover/search.ts';
import { configurationIn, readConfiguration } from '../function/in-process.ts';
import { UsageError } from '../function/rotator.ts';
import { isSure, NOTHING_DONE } from '../questions.ts';
import { certificateIn, textNow, writeWhole } from '../setup/files.ts';
import { givenToken } from '../setup/given-token.ts';
import { newConfiguration, textOf, withConsumers } from '../setup/new-configuration.ts';
import { withServices } from '../setup/services.ts';
import { printFailure, tellingFailure } from '../setup/telling-failure.ts';
import { USUAL } from '../setup/usual.ts';
import { jsonLines, onOneLine, print, tell, terminalWidth } from '../terminal.ts';
import { quoted, typedHere } from '../typed.ts';

/** What `discover` can be told. */
export interface DiscoverOptions {
  readonly config?: string;
  readonly url?: string;
  readonly org?: string;
  readonly ca?: string;
  readonly deployment?: string;
  readonly tokenSecret?: string;
  /** Of the names of secrets to look into. */
  readonly secrets?: string;
  readonly write?: string;
  readonly json: boolean;
  readonly yes: boolean;
}

/** Tokens that nothing manages; some of them for a configuration. @returns the exit code. */
export function discover(named: readonly string[], options: DiscoverOptions): Promise<number> {
  if (named.length > 0 && options.write === undefined)
    throw new UsageError('ids say which tokens are to be taken over: give --write FILE, too');
  return tellingFailure(() => discoverIn(named, options), options);
}

async function discoverIn(named: readonly string[], options: DiscoverOptions): Promise<number> {
  const { json, write } = options;
  const configuration = whereToLook(options);
  const token = await givenToken('one that sees the tokens of all users, such as an operator token');
  return withServices(configuration, token, async (services) => {
    const found = await search(services, configuration, options.secrets);
    const seen: Discovery = {
      url: configuration.influxdb.url,
      ...{ managed: found.managed, tokens: found.unmanaged.map(({ shown }) => shown), notes: [...found.notes] },
    };
    const show = (shown: Discovery) =>
      print(json ? jsonLines(shown) : discoveryLines(shown, Date.now(), terminalWidth()));
    if (write === undefined) {
      show(seen);
      return 0;
    }
    const chosen = await choiceOf(named, found);
    const consumers = consumersFor(chosen, found, configuration);
    if (consumers.length === 0) {
      tell('nothing was chosen, so nothing was written');
      return 0;
    }
    const before = textNow(write);
    const text = before === undefined ? newWith(consumers, configuration, write) : withConsumers(before, consumers);
    configurationIn(text, write);
    for (const line of takenOver(consumers, chosen)) tell(onOneLine(line));
    if (before !== undefined && !options.yes && !(await isSure())) {
      printFailure(NOTHING_DONE, options);
      return 1;
    }
    writeWhole(write, text, before);
    const taken = new Set(consumers.flatMap(({ adopt = [] }) => adopt));
    show({
      ...seen,
      tokens: seen.tokens.filter(({ authorizationId }) => !taken.has(authorizationId)),
      written: { file: write, consumers: consumers.map(({ name }) => name) },
    });
    tell(`next: ${typedHere(`init --config ${quoted(write)}`)}, which makes what is missing`);
    return 0;
  });
}

function takenOver(consumers: readonly ConsumerFile[], chosen: readonly Chosen[]): string[] {
  return consumers.map(({ name, secret, owner, adopt }, index) => {
    const { authorizationId: id, owner: present } = chosen[index]?.token.shown ?? {};
    const later = `owned by ${owner ?? 'the user of the rotator'}`;
    return adopt === undefined
      ? `${name}: a token in ${secret}, ${later}. The present one, ${id}, stays, because it belongs to ${present}, over whom the rotator should have no right: delete it by hand once its readers have a new one (influx auth delete --id ${id})`
      : `${name}: a token in ${secret}, ${later}. The present one, ${id}, works on until the grace period after its first rotation is over, and is ended then`;
  });
}

/** The file, or that which is written on, or a server alone. */
function whereToLook({ config, write, url, org, ca, deployment, tokenSecret }: DiscoverOptions): Configuration {
  const file = config ?? (write !== undefined && existsSync(write) ? write : undefined);
  if (file !== undefined) {
    const said = Object.entries({ url, org, ca, deployment, 'token-secret': tokenSecret });
    const twice = said.flatMap(([option, value]) => (value === undefined ? [] : `--${option}`));
    if (twice.length > 0) throw new UsageError(`${file} says that already: leave ${twice.join(' and ')} out`);
    return readConfiguration(file);
  }
  if (url === undefined || org === undefined)
    throw new UsageError('say where to look: --config FILE, or --url URL and --org NAME');
  const wanted = {
    ...{ url, org, ca: ca === undefined ? undefined : certificateIn(ca) },
    ...{ deployment: deployment ?? USUAL.deployment, tokenSecret: tokenSecret ?? USUAL.tokenSecret },
  };
  // No configuration is without a consumer, and nobody is one yet.
  const consumers = [{ name: 'nobody', access: 'all-access' as const }];
  const source = 'what was given';
  return { ...configurationIn(textOf(newConfiguration({ ...wanted, consumers }, source)), source), consumers: [] };
}
