/** The pattern of an EventBridge rule: lists of the values that match, in the shape of the event. */
export interface EventPattern {
  readonly [field: string]: EventPattern | readonly unknown[];
}

/**
 * Whether a rule with this pattern gets the event: each field of the pattern must be there, with one of its values. If
 * the event has a list, one of its elements must match.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 * @throws for a comparison such as `{ "prefix": … }`, which is not known here.
 */
export function matches(pattern: EventPattern, event: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(pattern).every(([field, expected]) => {
    const value = event[field];
    if (!Array.isArray(expected)) return isRecord(value) && matches(expected as EventPattern, value);
    if (expected.some((one) => typeof one === 'object' && one !== null))
      throw new Error(`no comparison but equality is known here: ${JSON.stringify(expected)}`);
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.some((one) => expected.includes(one));
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
