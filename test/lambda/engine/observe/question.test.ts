import { describe, expect, it } from 'vitest';
import { Answers, Unanswered } from '../../../../lambda/engine/observe/question.ts';
import { aDescription, aRow, NOW, versionOf } from '../../../builders/a-scenario.ts';

const version = (name: string) => ({
  ...{ versionId: versionOf(name), createdAt: NOW },
  content: { kind: 'none', token: undefined } as const,
});

describe('the answers to the planner', () => {
  it('are each about what was asked', () => {
    const answers = new Answers();
    answers.note({ kind: 'description' }, aDescription());
    answers.note({ kind: 'version', stage: 'AWSPREVIOUS' }, version('previous'));
    answers.note({ kind: 'version', stage: 'AWSPENDING' }, undefined);
    answers.note({ kind: 'authorization', id: 'one' }, { kind: 'found', row: aRow('one') });
    answers.note({ kind: 'authorization', id: 'two' }, { kind: 'gone' });
    expect(answers.description()).toEqual(aDescription());
    expect([answers.version('AWSPREVIOUS'), answers.version('AWSPENDING')]).toEqual([version('previous'), undefined]);
    expect([answers.authorization('one').kind, answers.authorization('two').kind]).toEqual(['found', 'gone']);
  });

  it.each([
    [{ kind: 'description' }, (answers: Answers) => answers.description()],
    [{ kind: 'version', stage: 'AWSPENDING' }, (answers: Answers) => answers.version('AWSPENDING')],
    [{ kind: 'authorization', id: 'one' }, (answers: Answers) => answers.authorization('one')],
  ] as const)('that are not known yet are the question: %j', (question, ask) => {
    const answers = new Answers();
    answers.note({ kind: 'version', stage: 'AWSPREVIOUS' }, undefined);
    answers.note({ kind: 'authorization', id: 'other' }, { kind: 'gone' });
    expect(() => ask(answers)).toThrow(Unanswered);
    try {
      ask(answers);
    } catch (error) {
      expect(error).toEqual(new Unanswered(question));
    }
  });

  it('say whether anything has asked for the description, and that there is no secret', () => {
    const answers = new Answers();
    expect(answers.knownDescription()).toBe('unasked');
    answers.note({ kind: 'description' }, undefined);
    expect(answers.knownDescription()).toBeUndefined();
  });
});
