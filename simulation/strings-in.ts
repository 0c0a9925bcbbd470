/** The token and the password in a secret's value, or the whole text if it is not JSON. */
export function stringsIn(text: string | undefined): string[] {
  if (text === undefined) return [];
  try {
    const value: unknown = JSON.parse(text);
    const { token, password } = value as { token?: unknown; password?: unknown };
    return [token, password].filter((each) => typeof each === 'string');
  } catch {
    return [text];
  }
}
