import type { Change } from './mutants.ts';

const OLDER = 'lambda/engine/plan/older-token.ts';
const LIVE = 'lambda/engine/plan/live-token.ts';
const PASSES = 'lambda/engine/passes.ts';
const REACTIVATE = 'lambda/engine/apply/reactivate.ts';

/** The rules of the commands, each taken out by its label in docs/protocol.md. */
export const COMMAND_MUTANTS: Readonly<Record<string, readonly Change[]>> = {
  'R8: a rotation that is asked for makes any number of live tokens': [
    {
      file: LIVE,
      from: "return occasion === 'requested' || facts.into !== undefined ? 1 : 0;",
      to: "return occasion === 'requested' || facts.into !== undefined ? 1e9 : 0;",
    },
  ],
  'R11: no wait for what a run may have under way': [
    { file: REACTIVATE, from: '    await clock.sleep(settlingMs(limits) + MORE_MS);\n', to: '' },
  ],
  'R11: a wait of just the life of a request': [
    {
      file: 'lambda/engine/plan/asked.ts',
      from: 'return requestLifeMs + 2 * callTimeoutMs;',
      to: 'return requestLifeMs + 0 * callTimeoutMs;',
    },
  ],
  'R11: whether to wait is decided before the answer': [
    {
      file: REACTIVATE,
      from: 'const mayBeEnding = () => before',
      to: 'const early = clock.now();\n  const mayBeEnding = () => before',
    },
    { file: REACTIVATE, from: 'step.untouchedUntil <= clock.now();', to: 'step.untouchedUntil <= early;' },
  ],
  'R11: no second look after the wait': [
    { file: OLDER, from: 'return isKept(row, until)\n', to: 'return row.id !== ""\n' },
    { file: OLDER, from: 'if (!isKept(row, until))', to: 'if (row.id === "")' },
  ],
  'R11: a leaked token is given back': [
    { file: OLDER, from: '  if (leaked) return {', to: "  if (leaked && authorizationId === '') return {" },
  ],
  'R11: only the note on its own row says that an older token leaked': [
    { file: OLDER, from: ' || isNoted(facts, document);', to: ';' },
  ],
  'R11: a rollback forgets the newer token': [
    {
      file: OLDER,
      from: 'ledger: ledgerWithout(ledger, row.id),',
      to: 'ledger: ledgerWithout({ ...ledger, added: ledger.added.slice(1) }, row.id),',
    },
  ],
  'R11c: no note before the mint': [
    {
      file: LIVE,
      from: "if (due.code === 'REQUESTED' && isLeakAsked",
      to: "if (due.code === 'DUE' && isLeakAsked",
    },
  ],
  'R11c: what came before the leaked token is spared': [
    {
      file: 'lambda/engine/plan/next-ledger.ts',
      from: 'const all = leaked ? {',
      to: "const all = leaked && document.id === '' ? {",
    },
  ],
  'R11c: a leak is forgotten where another run was faster': [
    {
      file: PASSES,
      from: "if (state === 'changed') return { ...asked, settled: false };",
      to: "if (state === 'blocked') return { ...asked, settled: false };",
    },
  ],
  'R11c: what leaked waits for the next run': [
    { file: PASSES, from: 'if (hasReplacedLeaked(report, asked)) return', to: 'if (report.consumer === "") return' },
  ],
  'R11c: what is adopted outlives the leak that its own command told of': [
    {
      file: 'lambda/engine/plan/superseded-token.ts',
      from: 'told: noted || facts.leakReplaced,',
      to: 'told: noted,',
    },
  ],
  'R11c: what is adopted outlives a leak that is noted on a newer row': [
    {
      file: 'lambda/engine/plan/superseded-token.ts',
      from: 'told: noted || facts.leakReplaced,',
      to: 'told: facts.leakReplaced,',
    },
  ],
  'R11c: what leaked of a former owner is deleted after the note that says so': [
    {
      file: 'lambda/engine/apply/outcome.ts',
      from: '(aside.has(step) && index < lastLeaked)',
      to: '(aside.has(step) && index < lastLeaked && step.reason.code === "DUE")',
    },
  ],
  'T1: a secret ends what is adopted by calling it leaked': [
    {
      file: 'lambda/engine/plan/before-an-end.ts',
      from: '(given.told && isAdopted(facts, given.row))',
      to: 'isAdopted(facts, given.row)',
    },
  ],
  'R11c: what may not be ended is forgotten': [
    {
      file: 'lambda/engine/plan/next-ledger.ts',
      from: '(isStillOurs(facts, source, entry) || livesOn(entry))',
      to: "(isStillOurs(facts, source, entry) || (entry.authorizationId === '' && livesOn(entry)))",
    },
  ],
  'R6c: what was just given back is deleted at once': [
    {
      file: 'lambda/engine/plan/compromised.ts',
      from: 'return keptUntil(description, now) === undefined || until <= now ?',
      to: 'return keptUntil(description, now) === undefined || until > 0 ?',
    },
  ],
  "R11r: a consumer's own token is retired": [
    {
      file: 'lambda/engine/plan/unreached.ts',
      from: '  if (whereUnreached(beyond, [{ row, marker }]).length === 0)\n',
      to: "  if (whereUnreached(beyond, [{ row, marker }]).length === 0 && id === '')\n",
    },
  ],
  'R11r: what was retired is deleted at once': [
    {
      file: 'lambda/engine/plan/unreached.ts',
      from: '    row.updatedAt + holdMs <= now &&',
      to: '    holdMs > 0 &&',
    },
  ],
  'an alias that may only look may act': [
    { file: 'lambda/requests/may-act.ts', from: 'if (alias !== READ_ONLY_ALIAS ||', to: "if (alias !== '' ||" },
  ],
};
