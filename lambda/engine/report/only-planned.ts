import type { RunReport } from './report.ts';

/**
 * That nothing is done of what somebody asked for, because the deployment only plans: what still works, and what to do.
 * Undefined where it does what it is asked for.
 */
export function onlyPlanned({ mode, consumers }: Pick<RunReport, 'mode' | 'consumers'>): string | undefined {
  if (mode !== 'plan') return undefined;
  const leaked = consumers.flatMap(({ actions }) =>
    actions.flatMap(({ kind, authorizationId = [] }) => (kind === 'note-compromised' ? authorizationId : [])),
  );
  return [WHY, ...(leaked.length > 0 ? [stillWorks(leaked)] : [])].join('; ');
}

const WHY =
  'nothing was done: "mode" is "plan", so this deployment only says what it would do, and every token works as before; set "mode" to "rotate", deploy that, and give the command again';

function stillWorks(ids: readonly string[]): string {
  const deletions = ids.map((id) => `influx auth delete --id ${id}`).join(', ');
  return `WHAT LEAKED STILL WORKS: if a deployment takes too long, delete it in InfluxDB (${deletions}), after which its readers have no access until there is a new token`;
}
