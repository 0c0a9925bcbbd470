import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Configuration } from '../lambda/config/configuration.ts';
import { EvidenceFile } from '../lambda/config/file/evidence.ts';
import type { Problem } from '../lambda/config/problems.ts';

/** How evidence is kept: docs/evidence.md. */
export interface EvidenceOptions {
  /**
   * The bucket that keeps it. The options that follow are for a new one only, except `prefix` and `encryptionKey`.
   * @default a new one: versioned, encrypted, by TLS only, and kept when the stack is deleted
   */
  readonly bucket?: IBucket;

  /**
   * What the names of its objects begin with, up to a slash; the name of the deployment follows.
   * @default nothing
   */
  readonly prefix?: string;

  /**
   * The customer managed key that encrypts it.
   * @default the key of S3, or that of the given bucket
   */
  readonly encryptionKey?: IKey;

  /**
   * How long it is kept, in whole days.
   * @default 400 days: audits ask for twelve months
   */
  readonly retention?: Duration;

  /**
   * Until its retention is over, S3 lets nobody delete or overwrite it (`compliance`), or only those who have the right
   * `s3:BypassGovernanceRetention` (`governance`). It cannot be given to a bucket later.
   * @default versions alone: who has the right to delete a version may do so
   */
  readonly objectLock?: 'governance' | 'compliance';
}

/** Audits ask for twelve months; the log, which has the anchors, can be kept for as long. */
const RETENTION = Duration.days(400);

/** The evidence of one deployment in its bucket. */
export class Evidence {
  /** As the function and the program for people are told of it. */
  readonly place: string;
  readonly #scope: Construct;
  readonly #bucket: Pick<IBucket, 'bucketArn' | 'bucketName' | 'arnForObjects' | 'encryptionKey'>;
  readonly #key: IKey | undefined;
  /** What the names of all objects of the deployment begin with. */
  readonly #below: string;

  constructor(scope: Construct, deployment: string, options: EvidenceOptions) {
    const { bucket, prefix = '', encryptionKey } = options;
    this.#scope = scope;
    this.#bucket = bucket ?? createBucket(scope, options);
    this.#key = encryptionKey ?? this.#bucket.encryptionKey;
    this.#below = `${prefix}${deployment}/`;
    this.place = `s3://${this.#bucket.bucketName}/${prefix}`;
  }

  /** Every object of the deployment. */
  get objects(): string {
    return this.#bucket.arnForObjects(`${this.#below}*`);
  }

  /** What the function may do. It may delete nothing, and put nothing but on the condition that nothing of its name is there. */
  statements(): PolicyStatement[] {
    return [
      this.#objects('AddEvidence', ['s3:PutObject'], { Null: { 's3:if-none-match': 'false' } }),
      this.#objects('ReadEvidence', ['s3:GetObject']),
      this.#list('FindEvidence'),
      ...this.#useOfKey('UseKeyOfEvidence', ['kms:Decrypt', 'kms:GenerateDataKey']),
    ];
  }

  grantRead(grantee: IGrantable): Grant {
    const statements = [
      this.#objects('ReadEvidence', ['s3:GetObject']),
      this.#list('FindEvidence'),
      ...this.#useOfKey('UseKeyOfEvidence', ['kms:Decrypt']),
    ];
    const grants = statements.map(({ actions, resources, conditions }) =>
      Grant.addToPrincipal({ grantee, actions, resourceArns: resources, conditions }),
    );
    return grants.reduce((all, grant) => all.combine(grant));
  }

  #objects(sid: string, actions: string[], conditions = {}): PolicyStatement {
    return new PolicyStatement({ sid, actions, resources: [this.objects], conditions });
  }

  #list(sid: string): PolicyStatement {
    const conditions = { StringEquals: { 's3:prefix': this.#below } };
    return new PolicyStatement({ sid, actions: ['s3:ListBucket'], resources: [this.#bucket.bucketArn], conditions });
  }

  #useOfKey(sid: string, actions: string[]): PolicyStatement[] {
    if (this.#key === undefined) return [];
    const conditions = { StringEquals: { 'kms:ViaService': `s3.${Stack.of(this.#scope).region}.amazonaws.com` } };
    return [new PolicyStatement({ sid, actions, resources: [this.#key.keyArn], conditions })];
  }
}

type Given = boolean | EvidenceOptions | undefined;

/** Undefined where none is kept. */
export function evidenceOf(scope: Construct, settings: Configuration, given: Given): Evidence | undefined {
  const { deployment, evidence: configured } = settings;
  if (configured === undefined || 'folder' in configured) {
    const options = optionsIn(given);
    return options && new Evidence(scope, deployment, options);
  }
  const bucket = Bucket.fromBucketName(scope, 'EvidenceBucket', configured.bucket);
  return new Evidence(scope, deployment, {
    bucket,
    ...(configured.prefix !== undefined && { prefix: configured.prefix }),
  });
}

function optionsIn(given: Given): EvidenceOptions | undefined {
  return given === true ? {} : given || undefined;
}

/** That both the configuration and the construct name a place, that a folder is meant, or that no bucket can be so. */
export function evidenceProblems(settings: Configuration, given: Given): Problem[] {
  const { evidence: configured } = settings;
  const options = optionsIn(given);
  const { bucket, objectLock, retention, prefix } = options ?? {};
  const problems: Problem[] = [];
  if (configured !== undefined && 'folder' in configured) {
    const message =
      'is a folder, but what a function in AWS writes into its own is gone with it: name a bucket as evidence.bucket, or leave "evidence" out of the configuration and give the option evidence of the construct';
    problems.push({ path: 'evidence.folder', message, value: configured.folder });
  } else if (configured !== undefined && options !== undefined) {
    const message = 'is given, and the configuration names a bucket as evidence.bucket as well: leave out one of them';
    problems.push({ path: 'evidence', message, value: configured.bucket });
  }
  if (bucket !== undefined && (objectLock ?? retention) !== undefined) {
    const message = 'has a bucket, whose objectLock and retention are its own: leave them out';
    problems.push({ path: 'evidence', message });
  }
  if (prefix !== undefined && !EvidenceFile.safeParse({ bucket: 'any', prefix }).success) {
    const message = 'must end with a slash, not begin with one, and hold what S3 has no trouble with';
    problems.push({ path: 'evidence.prefix', message, value: prefix });
  }
  if (retention !== undefined && !isWholeDays(retention))
    problems.push({ path: 'evidence.retention', message: 'must be whole days, and one at least' });
  return problems;
}

function isWholeDays(retention: Duration): boolean {
  const days = retention.toDays({ integral: false });
  return days >= 1 && Number.isInteger(days);
}

function createBucket(scope: Construct, { encryptionKey, retention = RETENTION, objectLock }: EvidenceOptions): Bucket {
  const bucket = new Bucket(scope, 'Evidence', {
    versioned: true,
    encryption: encryptionKey === undefined ? BucketEncryption.S3_MANAGED : BucketEncryption.KMS,
    ...(encryptionKey && { encryptionKey, bucketKeyEnabled: true }),
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    ...(objectLock && { objectLockDefaultRetention: ObjectLockRetention[objectLock](retention) }),
    lifecycleRules: [
      { id: 'Retention', expiration: retention },
      // What was overwritten or deleted by somebody is kept as long as what was not.
      { id: 'Versions', noncurrentVersionExpiration: retention },
    ],
    removalPolicy: RemovalPolicy.RETAIN,
  });
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions::AwsSolutions-S1',
    reason: 'Who read the evidence is no part of it. Its chain of hashes shows what was changed, without access logs.',
  });
  return bucket;
}
