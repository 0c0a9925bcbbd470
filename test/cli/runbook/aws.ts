import * as secretsManager from '@aws-sdk/client-secrets-manager';

// Stands for the AWS CLI: `aws secretsmanager OPERATION --KEY VALUE …`, by the names of the service's own model, with
// `--query KEY --output text`. Other services are not served here.

const [service, operation = '', ...words] = process.argv.slice(2);
if (service !== 'secretsmanager') throw new Error(`aws ${service} is not served here`);

const pascal = (name: string) => name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

const options = new Map<string, string>();
for (let at = 0; at < words.length; at += 2) options.set((words[at] ?? '').slice('--'.length), words[at + 1] ?? '');
const query = options.get('query');
for (const name of ['query', 'output']) options.delete(name);

type Input = Record<string, string>;
type Constructor = new (input: Input) => secretsManager.ListSecretVersionIdsCommand;
const Command = (secretsManager as unknown as Record<string, Constructor>)[`${pascal(operation)}Command`];
if (Command === undefined) throw new Error(`Secrets Manager has no operation ${operation}`);
const input = Object.fromEntries([...options].map(([name, value]) => [pascal(name), value]));
const { $metadata, ...answer } = await new secretsManager.SecretsManagerClient().send(new Command(input));
const shown = query === undefined ? JSON.stringify(answer, undefined, 2) : (answer as unknown as Input)[query];
process.stdout.write(`${shown}\n`);
