import { warningsOf } from '../../lambda/config/warnings.ts';
import { tellingIfInterrupted } from '../interrupted.ts';
import { BrokenOffError, isSure, NOTHING_DONE } from '../questions.ts';
import { type ConfigurationOptions, type Configured, configured } from '../setup/configured.ts';
import { writeWhole } from '../setup/files.ts';
import { givenToken } from '../setup/given-token.ts';
import { lookAt } from '../setup/look.ts';
import { HalfMadeError, type Making, makeAll } from '../setup/make.ts';
import { withServices } from '../setup/services.ts';
import { nextAfter, setupLines, stepLine, whyFailed } from '../setup/setup-lines.ts';
import { notesOf, type Setup, type Step, stepsOf } from '../setup/steps.ts';
import { printFailure, tellingFailure } from '../setup/telling-failure.ts';
import { commandsFor } from '../setup/typed-commands.ts';
import { jsonLines, print, tell } from '../terminal.ts';
import { quoted, typedHere } from '../typed.ts';

/** What `init` can be told. */
export interface InitOptions extends ConfigurationOptions {
  readonly rotatorUser?: string;
  readonly commands: boolean;
  readonly json: boolean;
  readonly yes: boolean;
}

/** Makes what a configuration needs, and the configuration itself. @returns the exit code. */
export function init(options: InitOptions): Promise<number> {
  return tellingFailure(() => initialise(options), options);
}

async function initialise(options: InitOptions): Promise<number> {
  let typed: Promise<string> | undefined;
  const given = () => {
    typed ??= givenToken('an operator token');
    return typed;
  };
  const found = await configured(options, given);
  const { configuration } = found;
  for (const { message } of warningsOf(configuration, Date.now())) tell(`warning: ${message}`);
  const token = await given();
  return withServices(configuration, token, async (services) => {
    const user = options.rotatorUser ?? `token-rotator-${configuration.deployment}`;
    const making = { services, configuration, signing: { given: token, user } };
    return makeAsAgreed(making, found, options);
  });
}

async function makeAsAgreed(making: Making, { toWrite }: Configured, options: InitOptions): Promise<number> {
  const { services, configuration, signing } = making;
  const { config: file, json, yes, commands } = options;
  const look = await lookAt(services, configuration, signing);
  const steps = look.problems.length > 0 ? [] : stepsOf(configuration, look);
  const all = toWrite === undefined ? steps : [written(file, toWrite), ...steps];
  const setup: Setup = { file, steps: all, problems: [...look.problems], notes: notesOf(look) };
  if (look.problems.length > 0) {
    show({ ...setup, steps: [] }, json);
    return 1;
  }
  if (all.length === 0) {
    show(setup, json);
    return 0;
  }
  if (commands) {
    if (toWrite !== undefined) await writeIfSure(file, toWrite, yes);
    print(commandsFor(configuration, look, steps, file));
    return 0;
  }
  if (!yes) {
    for (const line of setupLines(setup)) tell(line);
    if (!(await isSure())) {
      tell('to type it yourself instead: give --commands, too');
      printFailure(NOTHING_DONE, options);
      return 1;
    }
  }
  return tellingIfInterrupted(
    () => `interrupted. ${goesOn(file)}`,
    () => makeNow(making, { setup, steps, toWrite }, options),
  );
}

interface Agreed {
  readonly setup: Setup;
  /** Those of the set-up but the file. */
  readonly steps: readonly Step[];
  readonly toWrite: Configured['toWrite'];
}

async function makeNow(making: Making, { setup, steps, toWrite }: Agreed, { json }: InitOptions): Promise<number> {
  const { file } = setup;
  // Who sits at a terminal sees each step as it is made.
  const isSeen = process.stdout.isTTY && !json;
  const done: Step[] = toWrite === undefined ? [] : [{ ...written(file, toWrite), outcome: 'done' }];
  try {
    if (toWrite !== undefined) writeWhole(file, toWrite.text, toWrite.before);
    const made = await makeAll(making, steps, (step) => tell(stepLine(step)));
    show({ ...setup, steps: isSeen ? [] : [...done, ...made] }, json);
    tell(nextAfter(file));
    return 0;
  } catch (error) {
    if (!(error instanceof HalfMadeError)) throw error;
    if (!isSeen) show({ ...setup, steps: [...done, ...error.steps] }, json);
    tell(`${whyFailed(error.cause)}. ${goesOn(file)}`);
    return 1;
  }
}

function show(setup: Setup, json: boolean): void {
  print(json ? jsonLines(setup) : setupLines(setup));
}

function goesOn(file: string): string {
  return `What was made stays: ${typedHere(`init --config ${quoted(file)}`)} goes on from there`;
}

function written(file: string, { added }: NonNullable<Configured['toWrite']>): Step {
  const why = added === undefined ? 'the configuration' : `gets ${added.join(', ')}, and else stays as it is`;
  return { kind: 'write-file', what: file, why, outcome: 'planned' };
}

async function writeIfSure(file: string, { text, before, added }: NonNullable<Configured['toWrite']>, yes: boolean) {
  if (added !== undefined && !yes) {
    tell(`${file} would get ${added.join(', ')}`);
    if (!(await isSure())) throw new BrokenOffError(`${file} stays as it is`);
  }
  writeWhole(file, text, before);
}
