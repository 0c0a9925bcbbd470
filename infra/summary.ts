import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Access, Configuration, ConsumerSettings } from '../lambda/config/configuration.ts';
import { formatDuration } from '../lambda/config/duration.ts';

/** The key in the metadata of the function. */
export const SUMMARY = 'influxdb-token-rotation';

/** A template may have a megabyte, of which one consumer takes some 300 bytes. */
const MOST_CONSUMERS = 500;

/**
 * Says in the metadata of the function what its configuration says, so that `cdk diff` shows in words what a change of the
 * configuration changes. Of the code it shows no more than another hash.
 */
export function summarize(handler: IConstruct, settings: Configuration): void {
  const resource = handler.node.defaultChild;
  if (resource instanceof CfnResource) resource.addMetadata(SUMMARY, summaryOf(settings));
}

function summaryOf({ mode, scheduleMs, influxdb, consumers }: Configuration): object {
  const { url, org, orgId, tokenSecret, self } = influxdb;
  const shown = consumers.slice(0, MOST_CONSUMERS);
  const others = consumers.length - shown.length;
  return {
    server: url,
    org: org ?? orgId,
    mode,
    'a run every': formatDuration(scheduleMs),
    "secret of the rotator's token": tokenSecret,
    ...(self && { "the rotator's own token": timesOf(self) }),
    consumers: Object.fromEntries(shown.map((consumer) => [consumer.name, consumerOf(consumer)])),
    ...(others > 0 && { 'consumers that are not listed': others }),
  };
}

function consumerOf(consumer: ConsumerSettings): object {
  const { secret, owner, access, rotation, retired, adopt, createSecret, window, exception } = consumer;
  const mayDo = describe(access);
  return {
    ...(mayDo !== '' && { 'may do': mayDo }),
    secret,
    ...(owner !== undefined && { owner }),
    ...timesOf(consumer),
    ...(rotation === 'secrets-manager' && { 'begun by': 'Secrets Manager' }),
    ...(window && { 'only within': window.text }),
    ...(adopt !== undefined && { adopts: adopt }),
    ...(createSecret && { 'creates its secret': 'yes' }),
    ...(exception && {
      'exempt until': `${new Date(exception.until).toISOString()}, approved by ${exception.approvedBy}`,
    }),
    ...(retired && { retired: 'yes: its tokens are switched off and deleted' }),
  };
}

function timesOf({ rotateEveryMs, gracePeriodMs, holdPeriodMs, maxTokenAgeMs }: ConsumerSettings): object {
  return {
    'replaced every': formatDuration(rotateEveryMs),
    'the old one works for': formatDuration(gracePeriodMs),
    'and is deleted after': formatDuration(holdPeriodMs),
    'no token older than': formatDuration(maxTokenAgeMs),
  };
}

function describe(access: Access): string {
  switch (access.kind) {
    case 'buckets': {
      const named = (verb: string, buckets: readonly string[]) =>
        buckets.length === 0 ? [] : [`${verb} ${buckets.join(', ')}`];
      return [...named('read', access.read), ...named('write', access.write)].join('; ');
    }
    case 'permissions':
      return access.permissions
        .map(({ action, resource: { type, id } }) => `${action} ${type}${id === undefined ? '' : `/${id}`}`)
        .join('; ');
    case 'all-access':
      return 'everything in the org';
    case 'operator':
      return 'everything in the instance';
    case 'rotator':
      return 'rotate all tokens';
  }
}
