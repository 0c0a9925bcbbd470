import { Stack } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { Configuration } from '../lambda/config/configuration.ts';
import { ConfigurationError } from '../lambda/config/problems.ts';

/**
 * The ARN of the bus that is told; undefined where nobody is.
 * @throws {ConfigurationError} if both the configuration and the construct name one.
 */
export function busArn(
  scope: Construct,
  { events }: Configuration,
  eventBus: Pick<IEventBus, 'eventBusArn'> | undefined,
): string | undefined {
  if (events === undefined) return eventBus?.eventBusArn;
  const { bus } = events;
  if (eventBus !== undefined) {
    const message = 'is given, and the configuration names a bus as events.bus as well: leave out one of them';
    throw new ConfigurationError('the deployment', [{ path: 'eventBus', message, value: bus }]);
  }
  if (bus.startsWith('arn:')) return bus;
  return Stack.of(scope).formatArn({ service: 'events', resource: 'event-bus', resourceName: bus });
}
