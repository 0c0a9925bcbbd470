import { Stack } from 'aws-cdk-lib';
import type { IEventBusRef } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { Configuration } from '../lambda/config/configuration.ts';
import type { Problem } from '../lambda/config/problems.ts';

type Bus = IEventBusRef | undefined;

/** That both the configuration and the construct name one. */
export function busProblems({ events }: Configuration, eventBus: Bus): Problem[] {
  if (events === undefined || eventBus === undefined) return [];
  const message = 'is given, and the configuration names a bus as events.bus as well: leave out one of them';
  return [{ path: 'eventBus', message, value: events.bus }];
}

/** The ARN of the bus that is told; undefined where nobody is. */
export function busArn(scope: Construct, { events }: Configuration, eventBus: Bus): string | undefined {
  if (events === undefined) return eventBus?.eventBusRef.eventBusArn;
  const { bus } = events;
  if (bus.startsWith('arn:')) return bus;
  return Stack.of(scope).formatArn({ service: 'events', resource: 'event-bus', resourceName: bus });
}
