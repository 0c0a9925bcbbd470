import { day, type Secret, seconds } from './secret.ts';

/** What `DescribeSecret` and `ListSecrets` return: never the secret's value. Fields that are not set are left out. */
export function describe(secret: Secret): object {
  const { rotationRules: rules } = secret;
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    PrimaryRegion: secret.primaryRegion,
    OwningService: secret.owningService,
    // A secret that has never been set up for rotation has no such field, rather than a false one.
    RotationEnabled: secret.rotationEnabled || (secret.rotationLambdaArn !== undefined ? false : undefined),
    RotationLambdaARN: secret.rotationLambdaArn,
    RotationRules: rules && {
      AutomaticallyAfterDays: rules.automaticallyAfterDays,
      Duration: rules.duration,
      ScheduleExpression: rules.scheduleExpression,
    },
    LastRotatedDate: seconds(secret.lastRotatedAt),
    LastChangedDate: seconds(secret.lastChangedAt),
    LastAccessedDate: day(secret.lastAccessedAt),
    DeletedDate: seconds(secret.purgedAt),
    NextRotationDate: seconds(nextRotationAt(secret)),
    Tags: secret.tags.size === 0 ? undefined : [...secret.tags].map(([Key, Value]) => ({ Key, Value })),
    CreatedDate: seconds(secret.createdAt),
  };
}

/** Labelled versions only; undefined when there is none. */
export function labelledVersions(secret: Secret): Record<string, string[]> | undefined {
  const labelled = [...secret.versions.values()].filter(({ stages }) => stages.size > 0);
  if (labelled.length === 0) return undefined;
  return Object.fromEntries(labelled.map(({ id, stages }) => [id, [...stages]]));
}

const UNIT_MS: Readonly<Record<string, number>> = { hour: 3_600_000, day: 86_400_000 };

/** Known for `AutomaticallyAfterDays` and `rate(…)`; a `cron(…)` schedule is kept, but not computed. */
function nextRotationAt({ rotationEnabled, rotationRules, lastRotatedAt, createdAt }: Secret): number | undefined {
  if (!rotationEnabled || !rotationRules) return undefined;
  const { automaticallyAfterDays: days, scheduleExpression = '' } = rotationRules;
  const rate = /^rate\((\d+) (hour|day)s?\)$/.exec(days === undefined ? scheduleExpression : `rate(${days} days)`);
  if (!rate) return undefined;
  return (lastRotatedAt ?? createdAt) + Number(rate[1]) * (UNIT_MS[rate[2] ?? ''] ?? 0);
}
