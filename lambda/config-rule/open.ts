import type { RunReport } from '../engine/report/report.ts';
import { type AnswerContext, answerRule, type RuleAnswer } from './answer-rule.ts';
import { type Place, ruleIn } from './asked.ts';

export interface OpenRule {
  /** @throws {CallError} if Config did not take all of it. */
  answer(context: AnswerContext, report: RunReport): Promise<RuleAnswer>;
}

/**
 * The rule of AWS Config that an event asks about. In the bundle this is the entry of a file of its own.
 * @throws {RequestError} if it is not understood, or is not from this account and Region.
 */
export function openRule(event: object, place: Place): OpenRule {
  const asked = ruleIn(event, place);
  return { answer: (context, report) => answerRule(context, asked, report) };
}
