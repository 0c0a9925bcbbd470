import { describe, expect, it } from 'vitest';
import { ACTIONS, parseRequest } from '../../../lambda/requests/parse-request.ts';
import { readRequest } from '../../../lambda/requests/read-request.ts';
import { aConfiguration, aConsumer } from '../../builders/a-configuration.ts';

const CONFIGURATION = aConfiguration([aConsumer()]);

describe('an event is understood as if it were parsed', () => {
  it.each([
    { 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} },
    { action: 'run' },
    { action: 'plan' },
    { action: 'status', consumers: ['telegraf'] },
    { action: 'plan', fail: false },
    { action: 'rotate', all: true, reason: 'a leak' },
  ])('%o', async (event) => {
    expect(await readRequest(event, CONFIGURATION)).toEqual(parseRequest(event, CONFIGURATION));
  });

  it.each([
    ...[undefined, null, 'run', [], ['run'], {}, { action: undefined }, { action: ['run'] }],
    ...ACTIONS.map((action) => ({ action, more: true })),
    ...['rotate', 'reactivate', 'rollback', 'resume', 'retire', 'rnu'].map((action) => ({ action })),
    { 'detail-type': 'Scheduled Event', action: 'rotate' },
  ])('%o is refused', async (event) => {
    let refusal: unknown;
    try {
      parseRequest(event, CONFIGURATION);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeDefined();
    await expect(readRequest(event, CONFIGURATION)).rejects.toEqual(refusal);
  });
});
