// The rotator's own token is rotated like a consumer's: the rotator is one more of them, under this name.

/** The name of the rotator among the consumers, in markers, documents and reports. */
export const SELF = 'self';

/** Everybody whose token is rotated: the rotator itself, where it is one of them, and the consumers. */
export function rotatedIn<Settings>({ influxdb: { self }, consumers }: Deployed<Settings>): readonly Settings[] {
  return self === undefined ? consumers : [self, ...consumers];
}

interface Deployed<Settings> {
  readonly influxdb: { readonly self: Settings | undefined };
  readonly consumers: readonly Settings[];
}
