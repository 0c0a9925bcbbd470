import type { ConfigurationFile } from '../schema.ts';
import type { SelfFile } from '../self.ts';
import type { KeysOf, ObjectOfKeys } from './key.ts';

const OWN_TOKEN: ObjectOfKeys = {
  name: 'SelfConfiguration',
  text: "How the rotator's own token is rotated.",
  section: 'self',
  keys: {
    rotateEvery: "Age at which the rotator's own token is replaced.",
    gracePeriod:
      'How long the old token keeps working after a new one has replaced it. Give at least the `lease` of every deployment that reads the secret, so that no run loses the token that it signed in with.',
    holdPeriod: 'How long the old token is kept after it was switched off, before it is deleted.',
    maxTokenAge: 'Greatest age that the token may reach before it is switched off.',
    adopt: {
      text: 'Id of the authorization, made by hand, whose token the secret holds at first. It is ended after the first rotation.',
      byDefault: 'that token is not ended',
    },
  } satisfies KeysOf<SelfFile>,
};

export const INFLUXDB: ObjectOfKeys = {
  name: 'InfluxdbConfiguration',
  text: 'The server, its org, and the token with which the function signs in.',
  section: 'influxdb',
  keys: {
    url: {
      text: 'Base URL of the server. A path in front of `/api` is kept. A user, a query, the path of a call (`/api/v2`) and the address of a page (`/orgs/…`) are refused. `http://` sends tokens in clear text: use it only on a private network that you trust. For a host that does not look private, CDK and each run warn of it (`CONFIGURATION_WARNING`).',
      examples: ['https://influxdb.example.com:8086'],
    },
    org: {
      text: 'Org that the tokens belong to, by name or id.',
      byDefault: 'none: this or `orgId` is required',
    },
    orgId: {
      text: "Id of the org, in place of `org`. It is only needed where nothing else tells the id: `org` is a name, no consumer reads a bucket or gives one by name, and the rotator's token may not read `orgs/O`.",
      byDefault: 'found out by `org`',
    },
    tokenSecret: {
      text: "Name or ARN of the secret with the [rotator's own token](rotator-token.md). It must be in the account and Region of the consumers' secrets.",
      examples: ['influxdb/rotator'],
    },
    tokenKey:
      "Key of the token in that secret's JSON object. A secret that is not a JSON object is the token itself. [What may stand around it](rotator-token.md#how-the-secret-is-read).",
    ca: {
      text: 'Certificate of a private CA, in PEM: the text itself, with `\\n` for line breaks. Several may follow one another, such as an old CA and a new one. One of them must be a root. CDK and each run warn of one that has expired, or will within 30 days. If none is valid, CDK refuses it.',
      byDefault: 'the CAs that Node trusts',
    },
    cloud: {
      text: 'Whether the server is InfluxDB Cloud 2 or Cloud Serverless, where consumers have no `owner`. CDK warns of `false` for a host of theirs.',
      byDefault: '`true` for hosts below `influxdata.com`',
    },
    self: {
      text: "Rotate the [rotator's own token](rotator-token.md#let-the-function-replace-it), too. `{}` takes all defaults. No consumer can be called `self` then.",
      byDefault: 'people replace that token',
      holds: [OWN_TOKEN],
    },
  } satisfies KeysOf<ConfigurationFile['influxdb']>,
};
