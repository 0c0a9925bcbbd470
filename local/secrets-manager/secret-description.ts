import { nextRotationAt } from './rotation-schedule.ts';
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
