import { COMMAND_MUTANTS } from './command-mutants.ts';

/** A text in a file of the engine, and what breaks it. */
export interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const ROTATE = 'lambda/engine/apply/rotate.ts';
const MINT = 'lambda/engine/apply/mint.ts';
const CURRENT = 'lambda/engine/plan/current-token.ts';
const STORE = 'lambda/secrets-manager/store.ts';
const LISTING = 'lambda/engine/observe/listing.ts';
const LEDGER = 'lambda/engine/plan/next-ledger.ts';

/** The engine, broken in named ways. */
export const MUTANTS: Readonly<Record<string, readonly Change[]>> = {
  ...COMMAND_MUTANTS,
  'mint active': [
    { file: MINT, from: "userId, status: 'inactive', description", to: "userId, status: 'active', description" },
    {
      file: MINT,
      from: "made.status === 'inactive' ? undefined :",
      to: 'true ? undefined :',
    },
  ],
  'activate before the put': [
    {
      file: ROTATE,
      from: '    await store(services, token, text);',
      to: '    await activate(services, token);\n    await store(services, token, text);',
    },
  ],
  'promote before verify': [
    {
      file: ROTATE,
      from: '    await verify(services, token, mint.urgent);\n    await promote(services, token);',
      to: '    await promote(services, token);\n    await verify(services, token, mint.urgent);',
    },
  ],
  'delete without grace': [
    {
      file: 'lambda/engine/plan/settled.ts',
      from: 'return graceEndsAt(Math.min(token.claimed, latest), limits, settings);',
      to: 'return Math.min(token.claimed, latest) + 0 * (limits.leaseMs + settings.gracePeriodMs);',
    },
  ],
  'match tokens by value': [
    {
      file: CURRENT,
      from: '  const row = listing.get(authorizationId);\n  return row === undefined ? answers.authorization(authorizationId)',
      to: "  const row = [...listing.rows()].find(({ token }) => token !== '' && tokenHash(token) === hashInDocument);\n  return row === undefined ? ({ kind: 'gone' } as const)",
    },
    {
      file: CURRENT,
      from: '{ authorizationId }: RotationDocument): AuthorizationLookup',
      to: '{ tokenHash: hashInDocument }: RotationDocument): AuthorizationLookup',
    },
    {
      file: CURRENT,
      from: "import type { RotationDocument } from '../document/document.ts';",
      to: "import { type RotationDocument, tokenHash } from '../document/document.ts';",
    },
  ],
  'sweep without the marker': [
    {
      file: LISTING,
      from: '    const ofSecret = this.#marked.get(identity.fingerprint) ?? [];',
      to: '    const ofSecret = [...this.#rows.values()].map((row) => ({ row, marker: { ...identity, rotationId: row.id, tokenHash: undefined, adopted: false, putRefused: false } }));',
    },
  ],
  'sweep without the fingerprint': [
    {
      file: LISTING,
      from: '    return ofSecret.filter(({ marker }) => isSameIdentity(marker, identity));',
      to: '    return this.marked().filter(({ marker }) => isSameIdentity({ ...marker, fingerprint: identity.fingerprint }, identity));',
    },
  ],
  'no compare-and-swap': [
    {
      file: STORE,
      from: 'promote(secretId: string, versionId: string, from: string): Promise<string | undefined> {\n',
      to: 'promote(secretId: string, versionId: string, read: string): Promise<string | undefined> {\n    const from = (await this.describe(secretId))?.current ?? read;\n',
    },
  ],
  'retry the mint blindly': [
    { file: 'lambda/influxdb/client.ts', from: "retry: 'single-effect'", to: "retry: 'idempotent-write'" },
  ],
  'trust absence from the list': [
    {
      file: CURRENT,
      from: 'return row === undefined ? answers.authorization(authorizationId)',
      to: "return row === undefined ? ({ kind: 'gone' } as const)",
    },
  ],
  'ignore rotation.id and tokenHash': [
    {
      file: 'lambda/engine/document/secret-content.ts',
      from: "  if (document.id === versionId) return { kind: 'ours', document, token };",
      to: "  if (document.id !== '' || versionId === '') return { kind: 'ours', document, token };",
    },
  ],
  'compensate after an unanswered promotion': [
    {
      file: 'lambda/engine/apply/promote.ts',
      from: '{ cause, mayStillLand: true }',
      to: '{ cause, mayStillLand: false }',
    },
  ],
  'let the SDK repeat the promotion': [{ file: 'lambda/handler.ts', from: 'maxAttempts: 1', to: 'maxAttempts: 4' }],
  'repeat the promotion ourselves': [
    {
      file: STORE,
      from: "        RemoveFromVersionId: from,\n      });\n    return requestIdOf(await this.#calls.send('UpdateSecretVersionStage', 'single-effect', command));",
      to: "        RemoveFromVersionId: from,\n      });\n    return requestIdOf(await this.#calls.send('UpdateSecretVersionStage', 'idempotent-write', command));",
    },
  ],
  'describe before the list': [
    {
      file: 'lambda/engine/observe-and-plan.ts',
      from: '  const observation = await observe(',
      to: '  const early = new Map<string, unknown>();\n  for (const { secret } of configuration.consumers) {\n    const seen = await store.describe(secret);\n    early.set(secret, seen).set(seen?.arn ?? secret, seen);\n  }\n  const observation = await observe(',
    },
    {
      file: 'lambda/engine/observe-and-plan.ts',
      from: 'clocks, influxdb, store, existence };',
      to: 'clocks, influxdb, store: { describe: async (id) => early.get(id), readVersion: (id, which) => store.readVersion(id, which) }, existence };',
    },
  ],
  "a lease as long as the function's time-out": [LEDGER, 'lambda/engine/plan/settled.ts'].map((file) => ({
    file,
    from: 'limits.leaseMs',
    to: 'limits.functionTimeoutMs',
  })),
  'lose the ledger on a foreign document': [
    {
      file: 'lambda/engine/plan/first-token.ts',
      from: '...{ identity, document, copied: true, marked, supersedes: true },',
      to: '...{ identity, document: undefined, marked: document === undefined ? marked : [], supersedes: true },',
    },
  ],
  'end what only a secret names': [
    {
      file: 'lambda/engine/plan/before-an-end.ts',
      from: 'if (marker !== undefined || isAdopted(facts, row)) return undefined;',
      to: "if (marker !== undefined || row.id !== '' || isAdopted(facts, row)) return undefined;",
    },
  ],
  'end what a secret holds now': [
    {
      file: 'lambda/engine/observe/protections.ts',
      from: "claim.kind === 'held' && !this.#by.retired ?",
      to: "claim.kind === 'held' && this.#by.retired ?",
    },
  ],
  'replace any number of missing tokens': [
    {
      file: 'lambda/engine/plan/before-a-mint.ts',
      from: 'tooManyMissing === undefined || isForced({ asked })',
      to: 'tooManyMissing?.missing !== 0 || isForced({ asked })',
    },
  ],
  'believe the first refusal': [
    {
      file: 'lambda/engine/prove-all.ts',
      from: 'tried.filter(({ facts }) => isRefused(proofs.get(facts)));',
      to: 'tried.filter(({ facts }) => isRefused(proofs.get(facts)) && scheduleMs < 0);',
    },
  ],
  'wait without an end': [
    { file: 'lambda/engine/plan/mint.ts', from: "if (state !== 'waiting' ||", to: "if (state !== 'blocked' ||" },
  ],
  'end an exempt token without grace': [
    {
      file: 'lambda/engine/plan/exempt.ts',
      from: 'return Math.max(mintedAt + maxTokenAgeMs, exception?.until ?? 0);',
      to: 'return mintedAt + maxTokenAgeMs + 0 * (exception?.until ?? 0);',
    },
  ],
  'except a consumer for ever': [
    {
      file: 'lambda/engine/plan/reason-to-rotate.ts',
      from: 'if (dueAt <= now) return',
      to: 'if (dueAt <= now && exception === undefined) return',
    },
  ],
  'leave the trial of a check': [
    {
      file: 'lambda/engine/try-mints.ts',
      from: '    await deleteTrial(services, influxdb, identity, made);\n',
      to: '',
    },
  ],
  'make a trial that works': [
    { file: 'lambda/engine/apply/trial.ts', from: "status: 'inactive'", to: "status: 'active'" },
  ],
  'try a mint while a row is young': [
    {
      file: 'lambda/engine/plan/trial-of-mint.ts',
      from: '  if (young !== undefined)',
      to: "  if (young?.row.id === '')",
    },
  ],
  'forget the owners that nobody names': [
    {
      file: LISTING,
      from: '(marker === undefined ? owners.has(row.userId) : !isElsewhere?.(marker))',
      to: 'owners.has(row.userId)',
    },
  ],
  'skip the clock guard': [
    {
      file: 'lambda/calls/service-clocks.ts',
      from: '      if (Math.abs(skewMs) > toleranceMs) {',
      to: '      if (Math.abs(skewMs) > toleranceMs * 1e9) {',
    },
  ],
};
