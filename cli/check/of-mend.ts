import type { ServersReport } from '../../lambda/engine/report/report.ts';
import type { Mend, NoConnection } from '../../lambda/log/mend.ts';
import { quoted, type Typed } from '../typed.ts';
import type { Group } from './fault.ts';
import { byHand, command, configuration, type Step } from './step.ts';

/** What remedies are made from, beside the fault itself. */
export interface Place {
  readonly servers: ServersReport;
  /** A command of the program as it is typed here. */
  readonly typed: Typed;
  /** The handler runs here, and not in AWS. */
  readonly isLocal: boolean;
  /** The consumer that the fault is about; undefined for what concerns all. */
  readonly consumer: string | undefined;
}

/** Makes what is missing for this configuration, the rotator's token among it; asks for an operator's token. */
export function init({ typed }: Place): Step {
  return command(typed('init', 'here'));
}

/** @returns in their order, the steps that mend it. */
export function stepsFor(mend: Mend, place: Place): readonly Step[] {
  switch (mend.kind) {
    case 'allow':
      return [statement(mend, place)];
    case 'set':
      return set(mend, place);
    case 'unset':
      return [command(`unset ${mend.variable}`)];
    case 'sign-in':
      return [command(mend.command ?? 'aws login')];
    case 'clock':
      return [command('sudo timedatectl set-ntp true', mend.of === 'InfluxDB' ? 'the machine of InfluxDB' : undefined)];
    case 'right':
      return [init(place)];
    case 'name':
      return named(mend, place);
    case 'activate':
      return activate(mend.user, place);
    case 'connection':
      return connection(mend.why, place);
    case 'rotator-secret':
      return rotatorSecret(mend, place);
  }
}

/** Where a fault belongs that is mended so; undefined where its code tells. */
export function groupOf({ kind }: Mend): Group | undefined {
  return kind === 'right' ? 'rotator' : kind === 'name' || kind === 'activate' ? 'names' : undefined;
}

function statement({ actions, resource, policy, isDenied }: Extract<Mend, { kind: 'allow' }>, place: Place): Step {
  return {
    kind: 'statement',
    change: isDenied ? 'remove' : 'add',
    policy:
      policy === 'identity-based policy' ? (place.isLocal ? 'your own policy' : "the role's policy") : `the ${policy}`,
    statement: {
      Effect: isDenied ? 'Deny' : 'Allow',
      Action: [...actions],
      Resource: [arnOf(resource, place.servers)],
    },
  };
}

/** Of a secret that is named, the pattern that matches its ARN and no other. */
export function arnOf(resource: string, { secretsManager }: ServersReport): string {
  if (resource === '*' || resource.startsWith('arn:')) return resource;
  const { region = '*', account = '*' } = secretsManager;
  return `arn:aws:secretsmanager:${region}:${account}:secret:${resource}-??????`;
}

/** In AWS, Lambda sets the Region, and what is missing is the way there. */
function set({ variable, value }: Extract<Mend, { kind: 'set' }>, { isLocal, servers }: Place): Step[] {
  if (isLocal) return [command(`export ${variable}=${value === undefined ? `<${variable}>` : quoted(value)}`)];
  const service = `com.amazonaws.${servers.secretsManager.region ?? '<region>'}.secretsmanager`;
  return [
    command(
      `aws ec2 create-vpc-endpoint --vpc-endpoint-type Interface --service-name ${service} --vpc-id <vpc> --subnet-ids <subnets> --security-group-ids <security groups>`,
    ),
  ];
}

function named(
  { of, name, near }: Extract<Mend, { kind: 'name' }>,
  { servers: { influxdb }, consumer }: Place,
): Step[] {
  const inOrg = `${/^[0-9a-f]{16}$/i.test(influxdb.org) ? '--org-id' : '--org'} ${quoted(influxdb.org)}`;
  const isId = /^[0-9a-f]{16}$/i.test(name);
  switch (of) {
    case 'org':
      if (isId) return [command('influx org list'), configuration('influxdb.orgId', '<id of the org>')];
      if (near !== undefined) return [configuration('influxdb.org', near)];
      return [command('influx org list'), configuration('influxdb.org', '<name of the org>')];
    case 'owner':
      if (near !== undefined) return [configuration(`consumers.${consumer}.owner`, near)];
      if (isId)
        return [command('influx user list'), configuration(`consumers.${consumer}.owner`, '<name of the owner>')];
      return [command(`influx user create --name ${quoted(name)}`)];
    case 'bucket':
      if (near !== undefined) return [configuration(`consumers.${consumer}`, near, name)];
      if (isId)
        return [
          command(`influx bucket list ${inOrg}`),
          configuration(`consumers.${consumer}`, '<name of the bucket>', name),
        ];
      return [command(`influx bucket create ${inOrg} --name ${quoted(name)}`)];
  }
}

/** The influx CLI has no command for it. */
function activate(user: string, { servers }: Place): Step[] {
  const { url } = servers.influxdb;
  return [
    command(
      `curl -sS --fail-with-body -X PATCH ${quoted(`${url}/api/v2/users/${user}`)} -H "Authorization: Token $INFLUX_TOKEN" -H 'Content-Type: application/json' -d '{"status":"active"}'`,
    ),
  ];
}

function connection(why: NoConnection, { servers: { influxdb }, isLocal }: Place): Step[] {
  switch (why) {
    case 'untrusted':
      return [configuration('influxdb.ca', '<certificate of the CA, in PEM>')];
    case 'expired':
      return [byHand('renew the certificate of InfluxDB')];
    case 'no TLS':
      return [configuration('influxdb.url', influxdb.url.replace(/^https:/, 'http:'))];
    case 'no route':
      return isLocal
        ? [configuration('influxdb.url', URL_OF_INFLUXDB)]
        : [byHand('open a way from the function to InfluxDB: subnets, routes, security groups, firewalls')];
    case 'unknown host':
    case 'refused':
    case 'other host':
    case 'client certificate':
    case 'broken TLS':
    case 'cut before TLS':
    case 'cut':
      return [configuration('influxdb.url', URL_OF_INFLUXDB)];
  }
}

export const URL_OF_INFLUXDB = '<URL of InfluxDB>';
const ROTATORS_OWN_SECRET = '<name of a secret for the rotator alone>';

function rotatorSecret({ secret, wrong, near }: Extract<Mend, { kind: 'rotator-secret' }>, place: Place): Step[] {
  const id = quoted(secret);
  const anew = [command(`aws secretsmanager put-secret-value --secret-id ${id} --secret-string '{}'`), init(place)];
  if (near !== undefined) return [configuration('influxdb.tokenKey', near)];
  switch (wrong) {
    case 'absent':
      return [init(place)];
    case 'elsewhere':
      return place.isLocal
        ? [command('export AWS_REGION=<AWS_REGION>')]
        : [byHand('deploy the function in the account and Region of its secrets')];
    case 'deleted':
      return [command(`aws secretsmanager restore-secret --secret-id ${id}`)];
    case 'unreadable':
      return [statement({ ...READ, resource: secret }, place)];
    // What is there may be needed elsewhere: an administrator's password, for example.
    case 'others':
      return [configuration('influxdb.tokenSecret', ROTATORS_OWN_SECRET), init(place)];
    case 'binary':
    case 'text':
      return anew;
  }
}

const READ = {
  kind: 'allow',
  actions: ['secretsmanager:GetSecretValue'],
  policy: 'identity-based policy',
  isDenied: false,
} as const;
