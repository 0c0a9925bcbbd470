// Written by "npm run schema", from lambda/config/file/: change that.
// biome-ignore-all lint/style/noExcessiveLinesPerFile: nobody has to read it as a whole

/** How the rotator's own token is rotated. */
export interface SelfConfiguration {
  /**
   * Age at which the rotator's own token is replaced. Unit: s, m, h, d or w.
   * @default "30d"
   */
  readonly rotateEvery?: string | undefined;

  /**
   * How long the old token keeps working after a new one has replaced it. Give at least the `lease` of every deployment
   * that reads the secret, so that no run loses the token that it signed in with. Unit: s, m, h, d or w.
   * @default "24h"
   */
  readonly gracePeriod?: string | undefined;

  /**
   * How long the old token is kept after it was switched off, before it is deleted. Unit: s, m, h, d or w.
   * @default "24h"
   */
  readonly holdPeriod?: string | undefined;

  /**
   * Greatest age that the token may reach before it is switched off. Unit: s, m, h, d or w.
   * @default "35d"
   */
  readonly maxTokenAge?: string | undefined;

  /**
   * Id of the authorization, made by hand, whose token the secret holds at first. It is ended after the first rotation.
   * @default that token is not ended
   */
  readonly adopt?: string | undefined;
}

/** The server, its org, and the token with which the function signs in. */
export interface InfluxdbConfiguration {
  /**
   * Base URL of the server. A path in front of `/api` is kept. A user, a query, the path of a call (`/api/v2`) and the
   * address of a page (`/orgs/…`) are refused. `http://` sends tokens in clear text: use it only on a private network
   * that you trust. For a host that does not look private, CDK and each run warn of it (`CONFIGURATION_WARNING`).
   * @example "https://influxdb.example.com:8086"
   */
  readonly url: string;

  /**
   * Org that the tokens belong to, by name or id.
   * @default none: this or `orgId` is required
   */
  readonly org?: string | undefined;

  /**
   * Id of the org, in place of `org`. It is only needed where nothing else tells the id: `org` is a name, no consumer
   * reads a bucket or gives one by name, and the rotator's token may not read `orgs/O`.
   * @default found out by `org`
   */
  readonly orgId?: string | undefined;

  /**
   * Name or ARN of the secret with the rotator's own token. It must be in the account and Region of the consumers'
   * secrets.
   * @example "influxdb/rotator"
   */
  readonly tokenSecret: string;

  /**
   * Key of the token in that secret's JSON object. A secret that is not a JSON object is the token itself. What may
   * stand around it: docs/rotator-token.md#how-the-secret-is-read.
   * @default "token"
   */
  readonly tokenKey?: string | undefined;

  /**
   * Certificate of a private CA, in PEM: the text itself, with `\n` for line breaks. Several may follow one another,
   * such as an old CA and a new one. One of them must be a root. CDK and each run warn of one that has expired, or will
   * within 30 days. If none is valid, CDK refuses it.
   * @default the CAs that Node trusts
   */
  readonly ca?: string | undefined;

  /**
   * Whether the server is InfluxDB Cloud 2 or Cloud Serverless, where consumers have no `owner`. CDK warns of `false`
   * for a host of theirs.
   * @default `true` for hosts below `influxdata.com`
   */
  readonly cloud?: boolean | undefined;

  /**
   * Rotate the rotator's own token, too. `{}` takes all defaults. No consumer can be called `self` then.
   * @default people replace that token
   */
  readonly self?: SelfConfiguration | undefined;
}

/** When tokens that work may be replaced. */
export interface WindowConfiguration {
  /**
   * Days on which the window opens.
   * @default every day
   */
  readonly days?: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[] | undefined;

  /**
   * From when to when, as a clock on the wall shows it. `22:00-04:00` ends on the next day, even if that is not one of
   * `days`. `24:00` is the end of the day.
   * @default the whole day
   * @example "22:00-04:00"
   */
  readonly hours?: string | undefined;

  /**
   * Time zone of that clock, by its name in the IANA database.
   * @default "UTC"
   * @example "Europe/Berlin"
   */
  readonly timeZone?: string | undefined;
}

/** What can be said once for all consumers, and differently for one of them. */
export interface ConsumerDefaults {
  /**
   * InfluxDB user that owns the token, by name or id. It should own nothing else: see the rotator's token. If the user
   * is deactivated, each run says so where the name is given; where the id is given, the day's `probe` finds it.
   * @default none: required, except on Cloud
   * @example "svc-telegraf"
   */
  readonly owner?: string | undefined;

  /**
   * Age at which a token is replaced, in the next run. `window`, `freezes` and `canaries` can put that off. Unit: s, m,
   * h, d or w.
   * @default "30d"
   */
  readonly rotateEvery?: string | undefined;

  /**
   * How long the old token keeps working after a new one has replaced it. Applications must have read the secret again
   * by then, or they lose access. It must be longer than `consumerCacheTtl`. Unit: s, m, h, d or w.
   * @default "24h"
   */
  readonly gracePeriod?: string | undefined;

  /**
   * How long a token is kept after it was switched off, before it is deleted. Until then it can be switched on again.
   * Unit: s, m, h, d or w.
   * @default "24h"
   */
  readonly holdPeriod?: string | undefined;

  /**
   * Greatest age that a token may reach before it is switched off. Older live tokens count as `TokensOverdue`, which is
   * an alarm. Unit: s, m, h, d or w.
   * @default "35d"
   */
  readonly maxTokenAge?: string | undefined;

  /**
   * How long the applications keep a token before they read the secret again. It changes nothing by itself:
   * `gracePeriod` is checked against it. Unit: s, m, h, d or w.
   * @default "1h"
   */
  readonly consumerCacheTtl?: string | undefined;

  /**
   * Key in the secret's JSON object under which applications find the token. It stands at the top: keys inside other
   * keys, as in `influx.token`, are not supported.
   * @default "token"
   */
  readonly tokenKey?: string | undefined;

  /**
   * Who begins rotations: a run of this function, or Secrets Manager, by its own schedule or by `RotateSecret`. With
   * `secrets-manager`, `rotateEvery` must be whole hours, from `4h` to `999d`, and `maxTokenAge` a day longer;
   * `createSecret` is refused. How it is set up: docs/deployment.md#rotation-by-secrets-manager.
   * @default "schedule"
   */
  readonly rotation?: 'schedule' | 'secrets-manager' | undefined;

  /**
   * What to do when the current token was deleted in InfluxDB: `rotate` replaces it at once, `report` waits for a
   * person.
   * @default "rotate"
   */
  readonly onMissing?: 'rotate' | 'report' | undefined;

  /**
   * Whether the current token is tried once a day, with its own permissions and without an effect. The same run asks
   * whether the rotator may make the next token. What is tried: docs/configuration.md#what-a-probe-tries.
   * @default "daily"
   */
  readonly probe?: 'daily' | 'never' | undefined;

  /**
   * After a deletion, prove that InfluxDB refuses the old token. This takes two more calls. The event `TOKEN_REFUSED`
   * has the hash of the token, or `TOKEN_NOT_REFUSED` says why there is no proof.
   * @default `false`; `true` where evidence is kept
   */
  readonly proof?: boolean | undefined;

  /**
   * At the first rotation, turn a secret that is a plain token into a JSON object. Its readers must expect JSON by
   * then. A plain token is one word; broken JSON is not.
   * @default false
   */
  readonly convert?: boolean | undefined;

  /**
   * Create the secret if it does not exist. The role then gets `secretsmanager:CreateSecret`, and `secret` must be a
   * name.
   * @default false
   */
  readonly createSecret?: boolean | undefined;

  /**
   * Create the owner if it does not exist. The rotator's token then needs `write:users` without an id, which only an
   * operator token has.
   * @default false
   */
  readonly createOwner?: boolean | undefined;

  /**
   * When tokens that work may be replaced. `{}` is at any time.
   * @default at any time
   */
  readonly window?: WindowConfiguration | undefined;

  /**
   * How much earlier than `rotateEvery` a token may fall due, so that not all do at once. `0s` for not at all.
   * Spreading: docs/configuration.md#spreading. Unit: s, m, h, d or w.
   * @default about ten rotations in each run
   * @example "0s"
   * @example "12h"
   * @example "3d"
   */
  readonly spread?: string | undefined;
}

/** A time in which no token that works is replaced. */
export interface FreezeConfiguration {
  /**
   * When it begins, with the offset from UTC.
   * @example "2026-12-18T18:00:00+01:00"
   */
  readonly from: string;

  /**
   * When it is over, with the offset from UTC.
   * @example "2026-12-18T18:00:00+01:00"
   */
  readonly to: string;

  /** Why. Each run says it in its report and in the log. */
  readonly reason: string;

  /**
   * Also switch off and delete no token that was superseded, until the freeze is over.
   * @default false
   */
  readonly everything?: boolean | undefined;
}

/** Consumers that rotate before all others. */
export interface CanariesConfiguration {
  /** Names of the consumers that rotate first. */
  readonly consumers: string[];

  /**
   * How long each of them must be well with its new token before the others follow. Unit: s, m, h, d or w.
   * @default "24h"
   */
  readonly soak?: string | undefined;
}

/** Where applications are told of their tokens. */
export interface EventsConfiguration {
  /**
   * Name or ARN of the EventBridge bus that gets an event after each promotion, and before an older token ends.
   * `default` is the account's own bus. It must be in the Region of the function, and a bus of another account has to
   * allow it. CDK grants `events:PutEvents` on this bus alone.
   * @example "default"
   * @example "arn:aws:events:eu-central-1:123456789012:event-bus/tokens"
   */
  readonly bus: string;
}

/** A bucket that keeps the evidence. */
export interface EvidenceBucketConfiguration {
  /**
   * Name of the S3 bucket that keeps the evidence. CDK grants `s3:PutObject` and `s3:GetObject` below the deployment's
   * name, and `s3:ListBucket` for it.
   * @example "acme-evidence"
   */
  readonly bucket: string;

  /**
   * What the names of its objects begin with, up to a slash. The name of the deployment follows.
   * @default nothing
   * @example "influxdb/"
   */
  readonly prefix?: string | undefined;
}

/** A folder that keeps the evidence, where the handler does not run in AWS. */
export interface EvidenceFolderConfiguration {
  /**
   * A folder in place of a bucket, where the handler does not run in AWS. CDK refuses it, since what a function writes
   * into its own folder is gone with it.
   */
  readonly folder: string;
}

/** How people are told when a consumer's state changes. */
export interface NewsConfiguration {
  /**
   * ARN of the SNS topic that gets a message for people at each change of state. It must be in the Region of the
   * function. CDK grants `sns:Publish` on it alone.
   * @default only the bus is told
   * @example "arn:aws:sns:eu-central-1:123456789012:news"
   */
  readonly topic?: string | undefined;

  /**
   * Form of the messages. `chat` is for Slack and Teams, through Amazon Q Developer in chat applications.
   * @default "text"
   */
  readonly format?: 'text' | 'chat' | undefined;

  /**
   * Also send a summary, once a day or once a week.
   * @default no summary
   */
  readonly digest?: 'daily' | 'weekly' | undefined;

  /**
   * How long before a token is out of policy, an exception ends, or a retired consumer's last token is switched off or
   * deleted, people are warned. `0s` for no warning. Unit: s, m, h, d or w.
   * @default "3d"
   */
  readonly warnBefore?: string | undefined;
}

/** How long calls and runs may take, and how much one run may do. */
export interface LimitsConfiguration {
  /**
   * The function's time-out in Lambda, at most `15m`. A run that is given more time than this refuses to begin. Unit:
   * s, m, h, d or w.
   * @default "15m"
   */
  readonly functionTimeout?: string | undefined;

  /**
   * Longest time that one attempt of a call may take. Nine tenths of it may pass until there is a connection, shared
   * among all addresses of the server's name. Unit: s, m, h, d or w.
   * @default "10s"
   */
  readonly callTimeout?: string | undefined;

  /**
   * Longest time in which a call can still take effect after it was sent, retries included. Unit: s, m, h, d or w.
   * @default "5m"
   */
  readonly requestLife?: string | undefined;

  /**
   * Largest difference between the clocks of AWS, InfluxDB and the function. If it is larger, nothing is switched off
   * or deleted, and no token that works is replaced, except for what leaked. Unit: s, m, h, d or w.
   * @default "5m"
   */
  readonly clockTolerance?: string | undefined;

  /**
   * Age up to which a token that no secret names may belong to a run that is still alive. A younger one is left alone.
   * Unit: s, m, h, d or w.
   * @default "30m"
   */
  readonly lease?: string | undefined;

  /**
   * Most tokens that one run switches off out of the ordinary, the oldest first: those of retired consumers, and what
   * is due for longer than three periods of the `schedule`. Why: docs/protocol.md#the-cap-on-switching-off.
   * @default 100, or a tenth of the consumers if that is more
   */
  readonly maxRetirementsPerRun?: number | undefined;

  /**
   * Most consumers whose tokens one run replaces because InfluxDB does not know them any more. If more are missing at
   * once, none is replaced, and a person is asked: a stale copy of the server looks just like that.
   * @default 3, or a tenth of the consumers if that is more
   */
  readonly maxMissingPerRun?: number | undefined;

  /**
   * Most writes to Secrets Manager a second. A rotation has two. AWS takes 50 from an account in a Region, and raises
   * that for nobody: the rest is for others.
   * @default 40
   */
  readonly secretsManagerWritesPerSecond?: number | undefined;

  /**
   * Most secrets read a second. A batch counts as 20, whatever its size: AWS answers 100 batches a second.
   * @default 2000
   */
  readonly secretsManagerReadsPerSecond?: number | undefined;

  /**
   * Most calls to InfluxDB a second.
   * @default 1000
   */
  readonly influxdbCallsPerSecond?: number | undefined;
}

/** A configuration without its consumers, which are in a manifest: docs/scale.md. */
export interface RotationConfigurationOfMany {
  /**
   * Name of this deployment, which marks every token that it makes: up to 64 letters, digits, `.`, `_` or `-`, and no
   * `-` at the beginning. Two deployments on one InfluxDB need different names.
   * @example "prod"
   */
  readonly deployment: string;

  /**
   * What runs do. `plan`, for a first deployment, only reports what would be done.
   * @default "rotate"
   */
  readonly mode?: 'rotate' | 'plan' | undefined;

  /**
   * Time from one run to the next: whole minutes, at most `3d`. A token may get older by as much before it is replaced.
   * Unit: s, m, h, d or w.
   * @default "1h"
   */
  readonly schedule?: string | undefined;

  /** The server, its org, and the token with which the function signs in. */
  readonly influxdb: InfluxdbConfiguration;

  /**
   * Values for all consumers. A consumer's own value goes before it.
   * @default those of each key
   */
  readonly defaults?: ConsumerDefaults | undefined;

  /**
   * Times in which no token that works is replaced.
   * @default none
   */
  readonly freezes?: FreezeConfiguration[] | undefined;

  /**
   * Consumers that rotate before all others.
   * @default none
   */
  readonly canaries?: CanariesConfiguration | undefined;

  /**
   * Where applications are told of new tokens, and of tokens that end soon.
   * @default nobody is told
   */
  readonly events?: EventsConfiguration | undefined;

  /**
   * Where evidence of every rotation is kept: a bucket, or a folder.
   * @default none is kept beside the log
   */
  readonly evidence?: EvidenceBucketConfiguration | EvidenceFolderConfiguration | undefined;

  /**
   * How people are told when a consumer's state changes. `{}` tells the bus alone.
   * @default the alarms alone tell
   */
  readonly news?: NewsConfiguration | undefined;

  /**
   * Report each problem to AWS Security Hub as a finding. Security Hub must be enabled.
   * @default false
   */
  readonly securityHub?: boolean | undefined;

  /**
   * How long calls and runs may take, and how much one run may do.
   * @default those of each key
   */
  readonly limits?: LimitsConfiguration | undefined;
}

/** What a permission is about. */
export interface PermissionResource {
  /** Type of the resources. */
  readonly type:
    | 'authorizations'
    | 'buckets'
    | 'dashboards'
    | 'orgs'
    | 'sources'
    | 'tasks'
    | 'telegrafs'
    | 'users'
    | 'variables'
    | 'scrapers'
    | 'secrets'
    | 'labels'
    | 'views'
    | 'documents'
    | 'notificationRules'
    | 'notificationEndpoints'
    | 'checks'
    | 'dbrp'
    | 'notebooks'
    | 'annotations'
    | 'remotes'
    | 'replications';

  /**
   * Id of one resource. The `name` of one is refused, because InfluxDB ignores it and would grant the whole type.
   * @default all resources of this type in the org
   */
  readonly id?: string | undefined;

  /**
   * Id of the org. No other than the configured one is allowed, because InfluxDB makes no such token.
   * @default the configured org
   */
  readonly orgID?: string | undefined;
}

/** One permission in the form of InfluxDB's API. */
export interface PermissionConfiguration {
  /** What the token may do. */
  readonly action: 'read' | 'write';

  /** With what it may do that. */
  readonly resource: PermissionResource;
}

/** Why the age of a token is no reason to rotate it, and until when. */
export interface ExceptionConfiguration {
  /** Why, in up to 500 characters. It is in the log, in the status and in reports. */
  readonly reason: string;

  /**
   * Who approved it, in up to 500 characters.
   * @example "a.lovelace, CHG-1234"
   */
  readonly approvedBy: string;

  /**
   * The first moment at which it holds no longer: a day (its beginning, in UTC), or a time with its offset from UTC.
   * @example "2027-03-01"
   * @example "2027-03-01T06:00:00+01:00"
   */
  readonly until: string;
}

/** Who gets a token, what it may do, and in which secret it is. */
export interface ConsumerConfiguration extends ConsumerDefaults {
  /**
   * Name of the consumer, which no other of this deployment has: up to 64 letters, digits, `.`, `_` or `-`, and no `-`
   * at the beginning. It is in every log, report and marker.
   * @example "telegraf"
   */
  readonly name: string;

  /**
   * Name or ARN of the secret that holds the token. No two consumers have the same. Every key of its JSON object except
   * the token and `rotation` is kept, byte for byte. A name should not end in a hyphen and six characters: AWS takes
   * that for the end of a whole ARN, and CDK warns of it.
   * @example "influxdb/acme/telegraf"
   */
  readonly secret: string;

  /**
   * Buckets that the token reads, by name or id.
   * @default none
   */
  readonly read?: string[] | undefined;

  /**
   * Buckets that the token writes, by name or id.
   * @default none
   */
  readonly write?: string[] | undefined;

  /**
   * Everything in the org (`all-access`) or everything in the instance (`operator`), in place of `read` and `write`.
   * @default `read` and `write` count
   */
  readonly access?: 'all-access' | 'operator' | undefined;

  /**
   * Permissions in the form of InfluxDB's API, in place of `read`, `write` and `access`.
   * @default `read` and `write` count
   */
  readonly permissions?: PermissionConfiguration[] | undefined;

  /**
   * Id of an authorization to take over, mostly that whose token the secret holds now: it is ended after the first
   * rotation. `auto` finds the id where only one can be meant. Adopt a token: docs/configuration.md#adopt-a-token.
   * @default a token that was made by hand is left alone
   * @example "auto"
   * @example "0af1cf2d2e001000"
   */
  readonly adopt?: string | undefined;

  /**
   * Times in which no token of this consumer that works is replaced, beside those at the top level.
   * @default none of its own
   */
  readonly freezes?: FreezeConfiguration[] | undefined;

  /**
   * Do not rotate this consumer because of age, until a date.
   * @default none
   */
  readonly exception?: ExceptionConfiguration | undefined;

  /**
   * End this consumer: its tokens are switched off and deleted, its secret is kept. Retire a consumer:
   * docs/configuration.md#retire-a-consumer.
   * @default false
   */
  readonly retired?: boolean | undefined;
}

/**
 * The content of `rotation.json`: docs/configuration.md. Every text in it must be literal, because it goes into the
 * code of the function before anything is deployed.
 */
export interface RotationConfiguration extends RotationConfigurationOfMany {
  /** Who gets a token, and for what: at least one. */
  readonly consumers: ConsumerConfiguration[];
}
