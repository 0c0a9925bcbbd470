import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { Chain } from '../../lambda/evidence/chain.ts';
import type { Written } from '../../lambda/evidence/link.ts';
import type { Unlinked } from '../../lambda/evidence/record.ts';
import type { EvidenceStore } from '../../lambda/evidence/store.ts';
import type { EventCode } from '../../lambda/log/events.ts';

export const DEPLOYMENT = 'prod';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone when the tests of the file are over. */
export function anEvidenceFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-'));
  folders.push(folder);
  return folder;
}

/** A chain as one run has it, with what it logs. */
export function aChain(store: EvidenceStore, runId = 'run-1'): { chain: Chain; logged: Written[] } {
  const logged: Written[] = [];
  const clock = { now: () => Date.UTC(2026, 0, 1), sleep: async () => {}, timeout: AbortSignal.timeout };
  const log = (code: EventCode, fields: unknown) => {
    if (code === 'EVIDENCE_WRITTEN') logged.push(fields as Written);
  };
  return { chain: new Chain({ store, deployment: DEPLOYMENT, runId, clock, log }), logged };
}

export function anIntent(authorizationId: string): Unlinked {
  return {
    kind: 'intent',
    consumer: 'telegraf',
    authorizationId,
    notBefore: '2026-01-02T00:00:00.000Z',
    reason: 'it was superseded',
    reasonCode: 'SUPERSEDED',
  };
}

/** Files with these numbers of records, each by a run of its own. */
export async function filled(store: EvidenceStore, ...files: readonly number[]): Promise<Written[]> {
  const all: Written[] = [];
  for (const [index, count] of files.entries()) {
    const { chain } = aChain(store, `run-${index + 1}`);
    const records = Array.from({ length: count }, (_, each) => anIntent(`authorization-${index + 1}-${each + 1}`));
    all.push(await chain.append(records));
  }
  return all;
}
