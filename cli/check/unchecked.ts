import * as z from 'zod';
import { partitionOf } from '../../lambda/config/partition.ts';
import { productArn } from '../../lambda/config/security-hub.ts';
import type { RunReport, ServersReport } from '../../lambda/engine/report/report.ts';
import { typedHere } from '../typed.ts';
import { arnOf, type Place } from './of-mend.ts';
import { command, STEP, type Step } from './step.ts';

export const UNCHECKED = z.strictObject({
  what: z.string(),
  why: z.string(),
  remedy: z.array(STEP).describe('how a person makes sure of it'),
});

export type Unchecked = z.infer<typeof UNCHECKED>;

/** What this look could not see, and why. */
export function uncheckedIn(report: RunReport, place: Omit<Place, 'consumer'>): Unchecked[] {
  return [
    ...untoldIn(report),
    ...writesOf(report, place),
    ...busOf(place),
    ...newsOf(place),
    ...evidenceOf(report, place),
    ...(place.isLocal ? [fromHere()] : []),
  ];
}

/** Ends the look for all: nothing else of them is known. */
export function isEnded({ consumers }: RunReport): boolean {
  return consumers.some(({ why }) => why.code === 'NOT_ATTEMPTED');
}

function untoldIn(report: RunReport): Unchecked[] {
  if (isEnded(report)) return [ENDED];
  const { consumers, rightsUnknownFor = [], omitted } = report;
  const unknown =
    rightsUnknownFor.length > MOST_SHOWN ? `${rightsUnknownFor.length} consumers` : rightsUnknownFor.join(', ');
  return [
    ...(omitted === undefined || omitted.consumers === 0
      ? []
      : [untold(`${omitted.consumers} more consumers`, 'the answer had no room for them: check them by their names')]),
    ...(unknown === '' ? [] : [untold(`what the rotator must be allowed for ${unknown}`, UNRESOLVED)]),
    ...consumers.flatMap(({ consumer, notes, trial, state }) => [
      ...notes
        .filter(({ code }) => code === 'RIGHTS_UNCHECKED')
        .map(({ note }) => untold(`the rights of the rotator's token for ${consumer}`, note)),
      ...(trial?.result === 'not-tried' && state !== 'failed'
        ? [untold(`whether InfluxDB makes the next token of ${consumer}`, trial.reason ?? '')]
        : []),
    ]),
  ];
}

function untold(what: string, why: string): Unchecked {
  return { what, why, remedy: [] };
}

const ENDED = untold('whatever is not listed', 'the look ended at a fault above: mend it, and check again');
const UNRESOLVED = 'it follows from the names, of which one is at fault above: mend it, and check again';

/** Of consumers, or of ARNs in a statement. */
const MOST_SHOWN = 10;

const WRITES = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
];

/** With what of ours they deploy it, they have nothing to add. */
const ROLE_HAS_IT =
  'A role that the construct, the template or the Terraform module makes has this right: only a role of your own needs the statement';

/** AWS has no call that tells it and writes nothing. */
function writesOf({ consumers }: RunReport, { servers }: { readonly servers: ServersReport }): Unchecked[] {
  const all = [...new Set(consumers.map(({ secret }) => arnOf(secret, servers)))];
  const resources = all.length > MOST_SHOWN ? ['<ARNs of the secrets>'] : all;
  const statement = {
    ...{ kind: 'statement', change: 'make-sure', policy: "the role's policy" },
    statement: { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', ...WRITES], Resource: resources },
  } as const satisfies Step;
  const simulate = `aws iam simulate-principal-policy --policy-source-arn <ARN of the role> --action-names ${WRITES.join(' ')} --resource-arns ${resources.map((each) => `'${each}'`).join(' ')}`;
  return [
    {
      what: 'whether the function may write the secrets',
      why: `AWS tells it only to whoever writes. ${ROLE_HAS_IT}. The command asks IAM`,
      remedy: [statement, command(simulate)],
    },
  ];
}

interface Asked {
  readonly servers: ServersReport;
}

function busOf({ servers: { eventBus, secretsManager } }: Asked): Unchecked[] {
  if (eventBus === undefined) return [];
  const { region = '*', account = '*' } = secretsManager;
  const arn = eventBus.startsWith('arn:')
    ? eventBus
    : `arn:${partitionIn(secretsManager)}:events:${region}:${account}:event-bus/${eventBus}`;
  const why = 'a check has nothing to tell applications';
  return [untried(`whether the bus ${eventBus} takes events`, why, 'events:PutEvents', arn)];
}

/** Whoever is told would take a trial for news. */
function newsOf({ servers: { topic, securityHub, secretsManager } }: Asked): Unchecked[] {
  const { region, account } = secretsManager;
  const known = region !== undefined && account !== undefined;
  const product = known
    ? productArn({ partition: partitionIn(secretsManager), region, account })
    : '<ARN of the product>';
  const toPeople =
    'a check sends people no message. If a key of yours encrypts the topic, the role must be able to use it';
  const toHub = 'a check makes no finding. Security Hub must be enabled in this account and Region';
  return [
    ...(topic === undefined
      ? []
      : [untried(`whether the topic ${topic} takes messages`, toPeople, 'sns:Publish', topic)]),
    ...(securityHub
      ? [untried('whether Security Hub takes findings', toHub, 'securityhub:BatchImportFindings', product)]
      : []),
  ];
}

/** A check that made trial tokens has put them on record: then it is known. */
function evidenceOf({ evidence }: RunReport, { servers }: Asked): Unchecked[] {
  const place = servers.evidence?.place;
  if (!place?.startsWith('s3://') || evidence?.result === 'written') return [];
  const why = 'nothing was done that belongs on record, and no file is made for a trial';
  const resource = `arn:${partitionIn(servers.secretsManager)}:s3:::${place.slice('s3://'.length).replace(/\/?$/, '/*')}`;
  return [untried(`whether ${place} takes evidence`, why, 's3:PutObject', resource)];
}

function partitionIn({ region = '' }: ServersReport['secretsManager']): string {
  return partitionOf(region) ?? 'aws';
}

function untried(what: string, why: string, action: string, resource: string): Unchecked {
  const statement = {
    ...{ kind: 'statement', change: 'make-sure', policy: "the role's policy" },
    statement: { Effect: 'Allow', Action: [action], Resource: [resource] },
  } as const satisfies Step;
  return { what, why: `${why}. ${ROLE_HAS_IT}`, remedy: [statement] };
}

function fromHere(): Unchecked {
  return {
    what: "what the function's role may do, and whether the function reaches InfluxDB",
    why: 'this looked from here, with your own rights: once it is deployed, ask the function itself',
    remedy: [command(typedHere('check'))],
  };
}
