import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { vi } from 'vitest';
import type { Step } from '../../../cli/check/step.ts';
import { typeHere } from '../../builders/in-this-process.ts';
import type { Json } from '../../lambda/config/a-file.ts';
import type { Statement } from './account.ts';
import { commandsIn } from './shell-words.ts';

/** What a person has around them, and the steps act on. */
export interface Surroundings {
  readonly file: string;
  /** What stands in `<…>`: what everybody knows of their own set-up, whatever is wrong with it. */
  readonly known: Readonly<Record<string, unknown>>;
  readonly policy: { statements: Statement[] };
  influx(method: string, path: string, body?: object): Promise<unknown>;
  secretsManager(operation: string, input: object): Promise<Record<string, unknown>>;
  setClock(of: string): void;
  renewCertificate(): void;
}

/** Does what a check printed, to the letter, and knows nothing of what is wrong. */
export class Person {
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'command':
        return this.#type(this.#filled(step.command), step.on);
      case 'statement': {
        const { policy } = this.#around;
        const { Effect, Action, Resource } = step.statement;
        if (step.change === 'add') policy.statements.push(step.statement);
        else
          policy.statements = policy.statements.filter(
            (each) => each.Effect !== Effect || each.Action.join() !== Action.join() || Resource.length === 0,
          );
        return;
      }
      case 'configuration':
        return this.#edit(step);
      case 'by-hand':
        if (step.what === 'renew the certificate of InfluxDB') return this.#around.renewCertificate();
        throw new Error(`nobody can do by the letter: ${step.what}`);
    }
  }

  #filled(text: string): string {
    return text.replaceAll(/<([^<>]+)>/g, (whole, name) => String(this.#around.known[name] ?? whole));
  }

  async #type(line: string, on = 'this machine'): Promise<void> {
    let input = '';
    for (const words of commandsIn(line, process.env)) input = await this.#run(words, on, input);
  }

  async #run([program = '', ...args]: string[], on: string, input: string): Promise<string> {
    switch (program) {
      // Where npx runs the tests, it is typed so, too.
      case 'npx':
        return this.#run(args, on, input);
      case 'influxdb-token-rotation': {
        const seen = await typeHere([...args, '--yes']);
        if (seen.code !== 0) throw new Error(`${args.join(' ')} ended with ${seen.code}: ${seen.err}${seen.out}`);
        return seen.out;
      }
      case 'export': {
        const [, name = '', value] = /^(\w+)=(.*)$/.exec(args[0] ?? '') ?? [];
        vi.stubEnv(name, value);
        return '';
      }
      case 'unset':
        vi.stubEnv(args[0] ?? '', undefined);
        return '';
      case 'sudo':
        if (args.join(' ') !== 'timedatectl set-ntp true') break;
        this.#around.setClock(on);
        return '';
      case 'aws':
        return this.#aws(args, input);
      case 'influx':
        return this.#influx(args);
      case 'jq':
      case 'curl':
        return execFileAsync(program, args, input);
    }
    throw new Error(`no program here is ${program} ${args.join(' ')}`);
  }

  async #aws([service, name = '', ...rest]: string[], input: string): Promise<string> {
    if (service !== 'secretsmanager') throw new Error(`aws ${service} is not known here`);
    const options = optionsIn(rest);
    const text = options['secret-string'];
    const answer = await this.#around.secretsManager(operationOf(name), {
      ...(options.name && { Name: options.name }),
      ...(options['secret-id'] && { SecretId: options['secret-id'] }),
      ...(text !== undefined && { SecretString: text === 'file:///dev/stdin' ? input : text }),
    });
    return options.query === undefined ? JSON.stringify(answer) : String(answer[options.query]);
  }

  async #influx([what = '', verb = '', ...rest]: string[]): Promise<string> {
    const { influx } = this.#around;
    const { name, id, org } = optionsIn(rest);
    const asked = `${what} ${verb}`;
    if (asked === 'user create') await influx('POST', '/api/v2/users', { name });
    else if (asked === 'bucket create') {
      const { orgs } = (await influx('GET', `/api/v2/orgs?org=${org}`)) as { orgs: { id: string }[] };
      await influx('POST', '/api/v2/buckets', { name, orgID: orgs[0]?.id, retentionRules: [] });
    } else if (asked === 'auth active') await influx('PATCH', `/api/v2/authorizations/${id}`, { status: 'active' });
    else if (asked === 'auth delete') await influx('DELETE', `/api/v2/authorizations/${id}`);
    else if (verb !== 'list') throw new Error(`influx ${asked} is not known here`);
    return '';
  }

  #edit({ path, value, rename, instead }: Extract<Step, { kind: 'configuration' }>): void {
    const { file } = this.#around;
    const configuration = JSON.parse(readFileSync(file, 'utf8')) as Json;
    const known = typeof value === 'string' ? /^<(.+)>$/.exec(value)?.[1] : undefined;
    const wanted = known === undefined ? value : this.#around.known[known];
    if (known !== undefined && wanted === undefined) throw new Error(`nobody knows ${value}`);
    const [key = '', ...above] = partsOf(path).toReversed();
    const holder = above.toReversed().reduce<unknown>(childOf, configuration) as Json;
    if (rename !== undefined) {
      const [right = ''] = partsOf(rename).toReversed();
      holder[right] = holder[key];
      delete holder[key];
    } else if (instead !== undefined) {
      const lists = Object.values(childOf(holder, key) as Json).filter((each) => Array.isArray(each));
      for (const list of lists) for (const [index, each] of list.entries()) if (each === instead) list[index] = wanted;
    } else if (wanted === undefined) delete holder[key];
    else holder[key] = wanted;
    writeFileSync(file, JSON.stringify(configuration));
  }
}

/** `consumers.telegraf.owner`, or `consumers[0].owner`. */
function partsOf(path: string): string[] {
  return path.split(/[.[\]]+/).filter((part) => part !== '');
}

function childOf(holder: unknown, key: string): unknown {
  if (!Array.isArray(holder)) return (holder as Json)[key];
  return /^\d+$/.test(key) ? holder[Number(key)] : holder.find(({ name }) => name === key);
}

function operationOf(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function optionsIn(words: readonly string[]): Record<string, string> {
  const options: Record<string, string> = {};
  for (let index = 0; index < words.length; index += 2)
    options[(words[index] ?? '').replace(/^--/, '')] = words[index + 1] ?? '';
  return options;
}

function execFileAsync(program: string, args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
    child.stdin?.end(input);
  });
}
