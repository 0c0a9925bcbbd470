import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktn/hcl2json';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleHandler } from '../../scripts/bundle/bundle.ts';
import { template } from '../../scripts/release/template.ts';
import { terraformLocals } from '../../scripts/release/terraform-locals.ts';
import { blocksOf } from '../pages/blocks.ts';
import { toolOf, whySkipped } from '../tools/tool.ts';

const FOLDER = 'scripts/release/terraform';
const typings = toolOf('test/tools/terraform-types/install.sh');

/** What stands in a block: arguments, and blocks as lists of what is in each. */
type Body = Readonly<Record<string, unknown>>;
type Resources = Readonly<Record<string, Readonly<Record<string, readonly Body[]>>>>;

interface Argument {
  readonly isRequired: boolean;
  readonly type: string;
}

/** What Terraform itself knows, in each resource. */
const META = ['for_each', 'depends_on', 'lifecycle'];

/** The typings of one resource or data source: what it takes, and what can be read of it. */
class Typing {
  readonly #text: string;

  constructor(version: string, type: string) {
    const name = type.replace(/^aws_/, '').replaceAll('_', '-');
    const folder = 'program' in typings ? typings.program : '';
    this.#text = readFileSync(join(folder, version, name.replace('data.aws-', 'data-aws-'), 'index.d.ts'), 'utf8');
  }

  /** What is wrong with this body, which is that of the whole resource if no interface is named. */
  problemsOf(body: Body, named?: string): string[] {
    const all = this.#argumentsOf(named ?? /export interface (\w+Config) extends/.exec(this.#text)?.[1] ?? '');
    const given = Object.entries(body).flatMap(([name, value]) =>
      name === 'dynamic' ? dynamicBlocks(value as Body) : META.includes(name) ? [] : [[name, value] as const],
    );
    const lacking = [...all].filter(([name, { isRequired }]) => isRequired && !given.some(([each]) => each === name));
    return [
      ...lacking.map(([name]) => `lacks ${name}`),
      ...given.flatMap(([name, value]) => {
        const type = all.get(name)?.type;
        return type === undefined ? `does not know ${name}` : this.#problemsOfValue(name, type, value);
      }),
    ];
  }

  can(attribute: string): boolean {
    const property = attribute.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    return this.#text.includes(`    get ${property}(): `);
  }

  #problemsOfValue(name: string, type: string, value: unknown): string[] {
    const block = new RegExp(`export interface (${type.split('[')[0]}) \\{`).exec(this.#text)?.[1];
    const isBlock = Array.isArray(value) && value.every((each) => typeof each === 'object');
    if ((block !== undefined) !== isBlock) return [`${name} is ${block ? 'a block' : 'an argument'}`];
    return isBlock ? value.flatMap((each) => this.problemsOf(each, block).map((problem) => `${name} ${problem}`)) : [];
  }

  #argumentsOf(name: string): ReadonlyMap<string, Argument> {
    const [, body = ''] = new RegExp(`export interface ${name} [^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(this.#text) ?? [];
    const each = /#(\w+) \w+#\w+\}[\s\S]*?readonly \w+(\??): (\{[\s\S]*?\}|[^;]+);/g;
    const found = [...body.matchAll(each)].map(
      ([, argument = '', optional, type = '']) => [argument, { isRequired: optional === '', type }] as const,
    );
    return new Map(found);
  }
}

function dynamicBlocks(dynamic: Body): (readonly [string, unknown])[] {
  return Object.entries(dynamic).map(([name, each]) => {
    const [{ content }] = each as readonly [{ readonly content: unknown }];
    return [name, content];
  });
}

// Of the provider itself, which no test has, these are the schema: names, what is required, and what is a block.
describe.runIf('program' in typings)(
  `the Terraform module by the typings of its provider${whySkipped(typings)}`,
  () => {
    let text: string;
    let locals: string;
    let resources: Resources;
    beforeAll(async () => {
      await bundleHandler();
      locals = JSON.stringify(terraformLocals(template()));
      const files = readdirSync(FOLDER).filter((name) => name.endsWith('.tf'));
      text = files.map((name) => readFileSync(join(FOLDER, name), 'utf8')).join('\n');
      ({ resource: resources } = (await parse('module.tf', text)) as { resource: Resources });
    });

    const versions = 'program' in typings ? readdirSync(typings.program) : [];

    it('begins with the first version that it takes', () => {
      const [, first = ''] = /source {2}= "hashicorp\/aws"\n\s+version = ">= (\S+),/.exec(text) ?? [];
      expect(versions.toSorted()[0]).toBe(`${first}.0`);
    });

    const problemsOf = (version: string, all: Resources) =>
      Object.entries(all).flatMap(([type, named]) =>
        Object.entries(named).flatMap(([name, [body = {}]]) =>
          new Typing(version, type).problemsOf(body).map((problem) => `${type}.${name} ${problem}`),
        ),
      );

    it.each(versions)('%s knows each argument and block, and has all that it requires', (version) => {
      expect(problemsOf(version, resources)).toEqual([]);
      expect(Object.keys(resources).length).toBeGreaterThan(7);
    });

    it.each(versions)('%s knows the resources that the page adds to the module', async (version) => {
      const blocks = blocksOf('docs/without-cdk.md').filter(({ language }) => language === 'hcl');
      const parsed = (await parse('page.tf', blocks.map((block) => block.text).join('\n'))) as { resource: Resources };
      expect(problemsOf(version, parsed.resource)).toEqual([]);
      expect(Object.keys(parsed.resource)).toContain('aws_secretsmanager_secret');
    });

    it.each(versions)('%s gives each attribute that the module reads of its resources', (version) => {
      const read = [...`${text}\n${locals}`.matchAll(/\b((?:data\.)?aws_\w+)\.\w+\.(\w+)/g)].map(
        ([, type = '', attribute = '']) => [type, attribute] as const,
      );
      expect(read.filter(([type, attribute]) => !new Typing(version, type).can(attribute))).toEqual([]);
      expect(read.length).toBeGreaterThan(10);
    });

    it('would show an argument, a block and an attribute that are wrong, and one that is missing', () => {
      const [version = ''] = versions;
      const body = { function_name: 'a', role: 'a', logging_config: [{ format: 'Text' }], vpc_config: 'a', timout: 1 };
      expect(new Typing(version, 'aws_lambda_function').problemsOf(body)).toEqual([
        'logging_config lacks log_format',
        'logging_config does not know format',
        'vpc_config is a block',
        'does not know timout',
      ]);
      expect(new Typing(version, 'aws_iam_role').problemsOf({})).toEqual(['lacks assume_role_policy']);
      expect(new Typing(version, 'aws_sqs_queue').can('adress')).toBe(false);
    });
  },
);
