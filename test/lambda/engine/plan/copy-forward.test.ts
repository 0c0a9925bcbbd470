import { describe, expect, it } from 'vitest';
import { DAY } from '../../../builders/a-configuration.ts';
import {
  ARN,
  aDocument,
  aRow,
  aText,
  decide,
  IDENTITY,
  type Scenario,
  versionOf,
} from '../../../builders/a-scenario.ts';

describe('a copy forward', () => {
  const movedBack: Scenario = {
    rows: [aRow('cur'), aRow('stray', { age: 2 * DAY })],
    description: { previous: versionOf('stray') },
    versions: { AWSPREVIOUS: { age: 2 * DAY, text: aText(aDocument({ authorizationId: 'stray' })) } },
  };

  it('copies the current token with its document, and knows what follows if that token fails', () => {
    const { next, ends } = decide(movedBack);
    expect(ends).toEqual([]);
    expect(next).toMatchObject({
      kind: 'copy-forward',
      start: { secretId: ARN, identity: IDENTITY, versionId: versionOf('cur'), text: aText(aDocument()) },
      token: 'the-token',
      document: aDocument(),
      ledger: { kept: [], added: [{ authorizationId: 'stray' }] },
      otherwise: {
        kind: 'mint',
        reason: { code: 'ROLLED_BACK_TO_FAILING', authorizationId: 'cur' },
        urgent: true,
        ledger: { added: [{ authorizationId: 'cur' }, { authorizationId: 'stray' }] },
      },
    });
  });

  it('has nothing to follow while a name cannot be resolved', () => {
    const { next } = decide({ ...movedBack, target: { kind: 'unresolved', problem: 'bucket "x" not found' } });
    expect(next).toMatchObject({ kind: 'copy-forward', otherwise: undefined });
  });

  it('names the authorization that the configuration adopts, in the copy and in what may follow', () => {
    const hers = aRow('hers', { description: 'by hand' });
    const { next } = decide({ ...movedBack, rows: [...(movedBack.rows ?? []), hers], settings: { adopt: 'hers' } });
    const added = next?.kind === 'copy-forward' ? [next.ledger.added, next.otherwise?.ledger.added] : [];
    expect(added.map((entries) => entries?.map(({ authorizationId }) => authorizationId))).toEqual([
      ['stray', 'hers'],
      ['cur', 'stray', 'hers'],
    ]);
  });

  it('is not made while Secrets Manager itself rotates', () => {
    const description = { previous: versionOf('stray'), rotationEnabled: true };
    expect(decide({ ...movedBack, description }).next).toBeUndefined();
  });
});
