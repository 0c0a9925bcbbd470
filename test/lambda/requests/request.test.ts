import { describe, expect, it } from 'vitest';
import { ACTIONS, RequestError, requestedAction } from '../../../lambda/requests/request.ts';

const SCHEDULED = { 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} };

describe('an event asks for', () => {
  it.each<[unknown, string]>([
    ...ACTIONS.map((action): [unknown, string] => [{ action }, action]),
    [SCHEDULED, 'run'],
    [{ ...SCHEDULED, action: 'plan' }, 'plan'],
    [{ action: 'status', more: 1 }, 'status'],
  ])('%j: %s', (event, action) => {
    expect(requestedAction(event)).toBe(action);
  });

  it.each([
    ...[undefined, null, 'run', 7, [], {}, ['run']],
    ...[{ action: 'rotate' }, { action: 'RUN' }, { action: '' }, { action: null }, { action: ['run'] }],
    // What every object has is no action.
    ...[{ action: 'constructor' }, { action: 'toString' }, { action: '__proto__' }],
    ...[{ 'detail-type': 'Other Event' }, { ...SCHEDULED, action: 'rotate' }],
  ])('nothing that this function knows: %j', (event) => {
    expect(() => requestedAction(event)).toThrow(RequestError);
  });
});
