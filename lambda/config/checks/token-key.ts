/** What is wrong with a key under which a secret holds a token; undefined if nothing is. */
export function tokenKeyProblem(key: unknown): string | undefined {
  if (key === 'rotation') return 'must not be "rotation", the key that this program uses for its own data in secrets';
  if (typeof key === 'string' && key.includes('.'))
    return "must not have a dot: keys inside other keys are not supported, the token stands at the top of the secret's JSON";
  return undefined;
}
