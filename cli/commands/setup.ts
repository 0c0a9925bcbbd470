import { type Command, Option } from 'commander';
import { JSON_OPTION, type Settle } from '../options.ts';
import { CONSUMER_SYNTAX } from '../setup/consumer-option.ts';
import { TOKEN_VARIABLE } from '../setup/given-token.ts';
import { USUAL } from '../setup/new-configuration.ts';
import { PROGRAM, USUAL_FILE } from '../status/next-command.ts';
import { type DiscoverOptions, discover } from './discover.ts';
import { type InitOptions, init } from './init.ts';

const WHOSE_TOKEN = `InfluxDB is asked with a token for this command alone: ${TOKEN_VARIABLE} in the environment, or typed when asked.`;

/** The commands with which it begins. They run where the person is. */
export function addSetup(program: Command, settles: Settle): void {
  const several = (typed: string, before: readonly string[] = []) => [...before, typed];
  program
    .command('init')
    .description('write a configuration, and make what it needs: users, secrets, and the token of the rotator itself')
    .option('--config <file>', 'the configuration; if it is there, only what is missing is made', USUAL_FILE)
    .option('--url <url>', 'of InfluxDB')
    .option('--org <name>', 'that the tokens belong to, by name or id')
    .option('--deployment <name>', `marks every token that is made (default: "${USUAL.deployment}")`)
    .option('--consumer <consumer>', `${CONSUMER_SYNTAX}; again for each, and each key again for more`, several)
    .option('--token-secret <name>', `for the rotator's own token (default: "${USUAL.tokenSecret}")`)
    .option('--ca <file>', 'certificate of a private CA, in PEM')
    .option('--rotator-user <name>', "that owns the rotator's own token (default: token-rotator-DEPLOYMENT)")
    .addOption(
      new Option('--commands', 'make nothing but the file, and print the commands to type')
        .default(false)
        .conflicts('json'),
    )
    .option(...JSON_OPTION)
    .option('--yes', 'do not ask first', false)
    .addHelpText(
      'after',
      `\n${WHOSE_TOKEN}\n\nExample: ${PROGRAM} init --config prod.json --url https://influxdb.example.com:8086 --org acme --consumer telegraf,write=telemetry`,
    )
    .action(async ({ consumer = [], ...options }: Partial<InitOptions> & InitOptions) =>
      settles(await init({ ...options, consumer })),
    );
  program
    .command('discover [tokens...]')
    .description('tokens that nothing manages: whose, how old, what they may do, and which secrets hold them')
    .option('--config <file>', 'the configuration: its server, and its secrets')
    .option('--url <url>', 'of InfluxDB, where there is no configuration yet')
    .option('--org <name>', 'to look into, by name or id')
    .option('--ca <file>', 'certificate of a private CA, in PEM')
    .option('--secrets <prefix>', 'look also into the secrets whose names begin so')
    .option('--write <file>', 'add the tokens that are named as ID or ID=SECRET, or are picked, to this configuration')
    .option('--deployment <name>', `of a new file (default: "${USUAL.deployment}")`)
    .option('--token-secret <name>', `of a new file (default: "${USUAL.tokenSecret}")`)
    .option(...JSON_OPTION)
    .option('--yes', 'do not ask first', false)
    .addHelpText(
      'after',
      `\n${WHOSE_TOKEN}\n\nExample: ${PROGRAM} discover --url https://influxdb.example.com:8086 --org acme --secrets influxdb/`,
    )
    .action(async (tokens: string[], options: DiscoverOptions) => settles(await discover(tokens, options)));
}
