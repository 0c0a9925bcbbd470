import { expect, it } from 'vitest';
import { describePermissions } from '../../../lambda/influxdb/permissions.ts';

it.each([
  [0, 'none'],
  [2, 'read:tasks, read:tasks'],
  [11, `${'read:tasks, '.repeat(10)}and 1 more`],
  [100_000, `${'read:tasks, '.repeat(10)}and 99990 more`],
])('shows of %i permissions no more than a line', (count, text) => {
  const permissions = Array.from({ length: count }, () => ({ action: 'read', resource: { type: 'tasks' } }) as const);
  expect(describePermissions(permissions)).toBe(text);
});
