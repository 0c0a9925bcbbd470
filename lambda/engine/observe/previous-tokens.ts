import { sideBySide } from '../../calls/side-by-side.ts';
import type { ConsumerSettings } from '../../config/configuration.ts';
import type { SecretStore } from '../../secrets-manager/store.ts';
import { readSecretContent } from '../document/secret-content.ts';

/**
 * By consumer, the token that its secret held before the current one, where `AWSPREVIOUS` still has it.
 * @throws {CallError} once no call is under way any more: one that cannot be read may hold anything.
 */
export async function readPreviousTokens(
  store: Pick<SecretStore, 'readVersion'>,
  consumers: readonly ConsumerSettings[],
): Promise<ReadonlyMap<string, string>> {
  const read = ({ secret }: ConsumerSettings) => store.readVersion(secret, { stage: 'AWSPREVIOUS' });
  const versions = await sideBySide(consumers, (each) => read(each).catch((error: unknown) => ({ error })));
  const tokens = new Map<string, string>();
  for (const [index, { name, tokenKey }] of consumers.entries()) {
    const version = versions[index];
    if (version === undefined) continue;
    if ('error' in version) throw version.error;
    const { token } = readSecretContent(version.text, version.versionId, tokenKey);
    if (token !== undefined) tokens.set(name, token);
  }
  return tokens;
}
