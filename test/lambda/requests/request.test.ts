import { describe, expect, it } from 'vitest';
import { ACTIONS, actionOf, RequestError } from '../../../lambda/requests/request.ts';

const SCHEDULED = { 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} };

describe('an event asks for', () => {
  it.each<[unknown, string]>([
    ...Object.keys(ACTIONS).map((action): [unknown, string] => [{ action }, action]),
    [SCHEDULED, 'run'],
    [{ ...SCHEDULED, action: 'plan' }, 'plan'],
    [{ action: 'status', more: 1 }, 'status'],
  ])('%j: %s', (event, action) => {
    expect(actionOf(event)).toBe(action);
  });

  it.each([
    ...[undefined, null, 'run', 7, [], {}, ['run']],
    ...[{ action: 'rotate' }, { action: 'RUN' }, { action: '' }, { action: null }, { action: ['run'] }],
    // What every object has is no action.
    ...[{ action: 'constructor' }, { action: 'toString' }, { action: '__proto__' }],
    ...[{ 'detail-type': 'Other Event' }, { ...SCHEDULED, action: 'rotate' }],
  ])('nothing that this function knows: %j', (event) => {
    expect(() => actionOf(event)).toThrow(RequestError);
  });
});

it.each([
  ['run', { acts: true, failsForConsumers: true }],
  ['plan', { acts: false, failsForConsumers: true }],
  ['status', { acts: false, failsForConsumers: false }],
] as const)('%s: %j', (action, behaviour) => {
  expect(ACTIONS[action]).toEqual(behaviour);
});
