import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EventCode } from '../../../lambda/log/events.ts';
import { LEVELS, type Level } from '../../../lambda/log/levels.ts';
import type { Log } from '../../../lambda/log/log.ts';
import { createLog } from '../../../lambda/telemetry/lines.ts';
import { printed } from '../../builders/printed.ts';

const EVENTS = Object.entries(LEVELS) as [EventCode, Level][];
const codesAt = (level: Level) => EVENTS.filter(([, at]) => at === level).map(([code]) => code);

describe('an event', () => {
  it.each(EVENTS)('%s is printed at its level: %s', async (code, level) => {
    // Only the level is of interest: whatever the fields are, they are printed.
    const log = createLog('prod', 'request-1') as (...event: [EventCode, object]) => ReturnType<Log>;
    const lines = await printed(async () => log(code, { consumer: 'telegraf' }));
    expect(lines).toMatchObject([{ code, level: level.toUpperCase(), consumer: 'telegraf', requestId: 'request-1' }]);
  });

  it('asks for attention where something failed, or a person has to act, and nowhere else', () => {
    expect({ error: codesAt('error'), warn: codesAt('warn') }).toMatchInlineSnapshot(`
      {
        "error": [
          "RUN_FAILED",
          "CONSUMER_FAILED",
          "EVIDENCE_NOT_WRITTEN",
          "NEWS_WITHOUT_MEMORY",
          "STEP_REFUSED",
          "STEP_FAILED",
          "UNEXPECTED_ERROR",
        ],
        "warn": [
          "CONFIGURATION_WARNING",
          "BATCHES_SKIPPED",
          "RUN_OUT_OF_TIME",
          "CONSUMER_BLOCKED",
          "NOT_ATTEMPTED",
          "TOKEN_UNPROVEN",
          "ACTION_FAILED",
          "MINT_UNANSWERED",
          "PROMOTION_UNCERTAIN",
          "ROTATION_UNDONE",
          "ROTATION_LEFT",
          "ROTATION_PAUSED",
          "REACTIVATION_UNANSWERED",
          "TOKEN_COMPROMISED",
          "END_UNANSWERED",
          "LEDGER_SHORTENED",
          "TOKEN_NOT_REFUSED",
          "CONSUMER_NOT_TOLD",
          "NEWS_NOT_TOLD",
          "UNMANAGED",
        ],
      }
    `);
  });

  it('that has a level is logged by something', () => {
    const sources = readdirSync('lambda', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && name !== join('log', 'events.ts'))
      .map((name) => readFileSync(join('lambda', name), 'utf8'))
      .join('\n');
    expect(EVENTS.map(([code]) => code).filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
  });
});
