import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluationsOf } from '../../../lambda/config-rule/evaluations.ts';
import { reportUnseen } from '../../../lambda/engine/report/consumer-report.ts';
import type { ConsumerReport } from '../../../lambda/engine/report/report.ts';
import { aConsumer } from '../../builders/a-configuration.ts';
import { ARN, NOW } from '../../builders/a-scenario.ts';

const SEEN: ConsumerReport = {
  ...reportUnseen(aConsumer(), NOW),
  ...{
    secretArn: ARN,
    state: 'idle',
    access: 'works',
    why: { code: 'NEXT_ROTATION' },
    reason: 'next rotation in a day',
  },
};
const said = (differs: Partial<ConsumerReport>) => evaluationsOf([{ ...SEEN, ...differs }], NOW);
const blocked = (reason: string): Partial<ConsumerReport> => ({
  state: 'blocked',
  reason,
  why: { code: 'OTHER_WRITER' },
});
const annotationOf = (reason: string) => said(blocked(reason)).evaluations[0]?.Annotation ?? '';

it('an evaluation is about the secret, by its ARN, at the time at which Config asked', () => {
  expect(said({})).toEqual({
    evaluations: [
      {
        ...{ ComplianceResourceType: 'AWS::SecretsManager::Secret', ComplianceResourceId: ARN },
        ...{ ComplianceType: 'COMPLIANT', Annotation: 'telegraf: next rotation in a day' },
        OrderingTimestamp: NOW / 1000,
      },
    ],
    leftOut: [],
  });
});

describe('nothing is said of one', () => {
  it.each<[string, Partial<ConsumerReport>]>([
    ['that the run did not come to', { state: 'not-attempted', why: { code: 'NOT_ATTEMPTED' } }],
    ['that could not be read', { state: 'failed', why: { code: 'NOT_PLANNED' } }],
  ])('%s', (_, differs) => {
    expect(said(differs)).toEqual({ evaluations: [], leftOut: ['telegraf'] });
  });

  it('whose secret has no ARN, because it does not exist', () => {
    const { secretArn: _, ...unknown } = SEEN;
    expect(evaluationsOf([unknown], NOW)).toEqual({ evaluations: [], leftOut: ['telegraf'] });
  });
});

describe('an annotation', () => {
  it.each([
    [true, /^telegraf: exempt until 2027-01-01T00:00:00.000Z, as approved by ada: x+…$/],
    [
      false,
      /^telegraf: EXCEPTION_EXPIRED: its exception ended at 2027-01-01T00:00:00.000Z: remove "exception" from the configuration, or have it renewed; .*…$/,
    ],
  ])(
    'of an exception says until when and who approved it, or what to do, however long its reason is (in force: %s)',
    (inForce, text) => {
      const exception = { reason: 'x'.repeat(500), approvedBy: 'ada', until: '2027-01-01T00:00:00.000Z', inForce };
      expect(said({ exception }).evaluations[0]?.Annotation).toMatch(text);
    },
  );

  it('that is too long ends after a word', () => {
    const text = annotationOf('something else writes this secret, again and again. '.repeat(9));
    expect(text).toMatch(/^telegraf: OTHER_WRITER: something else .* \w+…$/);
    expect(text.length).toBeGreaterThan(240);
  });

  it('never has more than 256 characters, or half of one', () => {
    void fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), (reason) => {
        const text = annotationOf(reason);
        expect(text.length).toBeLessThanOrEqual(256);
        expect(text.isWellFormed()).toBe(true);
      }),
    );
  });

  it('of what Config is told by hundreds of letters without a space is cut all the same', () => {
    expect(annotationOf('x'.repeat(400))).toHaveLength(256);
    expect(annotationOf('😀'.repeat(200)).isWellFormed()).toBe(true);
  });
});
