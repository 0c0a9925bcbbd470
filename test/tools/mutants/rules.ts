import type { Change } from './mutants.ts';

const GUARD = 'lambda/engine/plan/before-an-end.ts';
const CLAIMS = 'lambda/engine/observe/all-claims.ts';
const CURRENT = 'lambda/engine/plan/current-token.ts';
const REASON_TO_ROTATE = 'lambda/engine/plan/reason-to-rotate.ts';
const PLAN_ALL = 'lambda/engine/plan-all.ts';

/** One rule of docs/protocol.md taken out at a time, by its label: what `npm run mutate:model` has the model find. */
export const RULES: Readonly<Record<string, readonly Change[]>> = {
  'T2: what AWSCURRENT holds is not looked at by its hash': [
    { file: CLAIMS, from: '      append(this.#byHash, markerHash(token), held);\n', to: '' },
  ],
  'T2: neither by its hash nor by its id': [
    { file: CLAIMS, from: '      append(this.#byHash, markerHash(token), held);\n', to: '' },
    { file: CLAIMS, from: '        this.#claim(id, { kind: ', to: "        this.#claim(id + '-', { kind: " },
  ],
  'T2: the last guard does not ask again': [
    {
      file: 'lambda/engine/apply/last-guard.ts',
      from: 'if (inUse !== undefined) throw',
      to: 'if (inUse === step.authorizationId) throw',
    },
  ],
  'T3: the document says what the permissions are': [
    { file: REASON_TO_ROTATE, from: 'import { areSamePermissions }', to: 'import { permissionsHash }' },
    {
      file: REASON_TO_ROTATE,
      from: '!areSamePermissions(target.grant(target.userId ?? row.userId), row.permissions)',
      to: 'permissionsHash(target.grant(target.userId ?? row.userId)) !== document.permissionsHash',
    },
  ],
  'T3: another server may answer': [
    { file: PLAN_ALL, from: '  if (!planned.some(isAtHome)) assertSameServer(planned);\n', to: '' },
  ],
  'T4: copied markers make a rotation wait': [
    {
      file: 'lambda/engine/plan/counted-rows.ts',
      from: ' marked.filter(({ row }) => owners.has(row.userId))',
      to: ' marked.filter(({ row }) => owners.size >= 0 && row.id !== "")',
    },
  ],
  'T5: what nothing manages is not reported': [
    {
      file: 'lambda/engine/report/unmanaged.ts',
      from: 'owners.has(userId) && !adopted.has(id)',
      to: 'owners.has(id) && !adopted.has(userId)',
    },
  ],
  'T3: any number may miss their tokens at once': [
    { file: PLAN_ALL, from: 'missing.length > limit ?', to: 'missing.length > 1e9 ?' },
  ],
  'T4: the wait for rest begins anew in every run': [
    {
      file: 'lambda/engine/plan/settled.ts',
      from: 'const rested = description.lastChangedAt + settings.gracePeriodMs;',
      to: 'const rested = now + settings.gracePeriodMs;',
    },
  ],
  'T5: an owner whom nobody names any more is forgotten': [
    {
      file: 'lambda/engine/observe/listing.ts',
      from: '(marker === undefined ? owners',
      to: '(marker === undefined || owners.size > 0 ? owners',
    },
  ],
  'T5: an org that only a document names is not listed': [
    {
      file: 'lambda/engine/observe/observe.ts',
      from: 'const MAX_FORMER_ORGS = 4;',
      to: 'const MAX_FORMER_ORGS = 0;',
    },
  ],
  'T6: no current token is tried': [
    {
      file: 'lambda/engine/plan/proof-of-life.ts',
      from: '  if (!isAwaited && !isTurnOf(facts, scheduleMs)) return undefined;',
      to: '  if (facts.now > 0) return undefined;',
    },
  ],
  'T6: a refused token is tried only once': [
    {
      file: 'lambda/engine/prove-all.ts',
      from: 'clock.now() + SPREAD_STEP_MS <= giveUpAt);',
      to: 'clock.now() + SPREAD_STEP_MS <= giveUpAt - SPREAD_MS);',
    },
  ],
  'R8: a key that the application has is overwritten': [
    {
      file: 'lambda/engine/plan/plan.ts',
      from: "      if (content.kind === 'ours' && held !== undefined && held !== document.tokenHash)",
      to: "      if (content.kind === 'ours' && held === '' && held !== document.tokenHash)",
    },
  ],
  'H2: the document speaks of any token': [
    {
      file: 'lambda/engine/plan/plan.ts',
      from: '  if (hash !== undefined) return hash === inMarker(held);',
      to: '  if (hash !== undefined) return true;',
    },
  ],
  'H3: what is undone is not looked for in AWSCURRENT': [
    {
      file: 'lambda/engine/apply/undo.ts',
      from: 'if (token.stored && (await isCurrent(services, token)))',
      to: 'if (token.stored && !token.stored && (await isCurrent(services, token)))',
    },
  ],
  'H9: an adopted token is not marked when it is switched off': [
    {
      file: 'lambda/engine/apply/end-token.ts',
      from: 'if (parseMarker(text) !== undefined) return {};',
      to: 'if (text !== undefined) return {};',
    },
  ],
  'U1: nothing is restored': [
    {
      file: 'lambda/engine/plan/restore.ts',
      from: "if (target.kind !== 'resolved' ||",
      to: "if (target.kind !== 'resolved' || target.orgId !== '' ||",
    },
  ],
  'U2 and U3: any number may be made': [
    { file: CURRENT, from: 'const MOST_OTHERS = 2;', to: 'const MOST_OTHERS = 1e9;' },
  ],
  'U4: no look after an urgent mint': [
    { file: 'lambda/engine/apply/second-look.ts', from: 'const MOST_OTHERS = 2;', to: 'const MOST_OTHERS = 1e9;' },
  ],
  'U5: nobody is told of the second copy in a day': [
    {
      file: 'lambda/engine/plan/restore.ts',
      from: 'if (copy.recent.length === 0) return decision;',
      to: 'if (copy.recent.length >= 0) return decision;',
    },
  ],
  'R5: no copy forward after a label was moved back': [
    {
      file: 'lambda/engine/plan/copy-forward.ts',
      from: "return { code: 'LABEL_MOVED_BACK' };",
      to: 'return undefined;',
    },
  ],
  'R8: the owner that is configured does not count': [
    {
      file: 'lambda/engine/plan/reason-to-rotate.ts',
      from: "  if (target.userId !== row.userId) return { code: 'OWNER_CHANGED' };\n",
      to: '',
    },
  ],
  'R12: a keep-until is not asked for': [
    {
      file: GUARD,
      from: 'return until === undefined ? undefined : { code',
      to: 'return until !== 0 ? undefined : { code',
    },
    {
      file: 'lambda/engine/apply/last-guard.ts',
      from: 'if (keptUntil(description, services.clock.now()) !== undefined)',
      to: 'if (keptUntil(description, services.clock.now()) === 0)',
    },
  ],
  'H4: an owner of whom a token is left is forgotten': [
    {
      file: 'lambda/engine/plan/own-rights.ts',
      from: 'const kept = [...left.flatMap((owner) => rightsOver(owner, orgId)),',
      to: 'const kept = [...left.slice(0, 0).flatMap((owner) => rightsOver(owner, orgId)),',
    },
  ],
  'R14: a step counts what only a run would end as ended': [
    {
      file: 'lambda/engine/plan/live-token.ts',
      from: 'facts.into === undefined ? ends.map',
      to: "facts.into !== '' ? ends.map",
    },
  ],
};
