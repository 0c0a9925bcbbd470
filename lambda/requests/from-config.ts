/** Whether AWS Config sent this, to have a rule answered; what it says is not checked yet. */
export function isFromConfig(event: unknown): event is object {
  return typeof event === 'object' && event !== null && Object.hasOwn(event, 'invokingEvent');
}
