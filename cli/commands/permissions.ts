import type { RunReport } from '../../lambda/engine/report/report.ts';
import { type Rotator, runIn } from '../function/rotator.ts';
import { jsonLines, print, tell } from '../terminal.ts';

/** What `permissions` can be told. */
export interface PermissionsOptions {
  /** The id of the rotator's own user. */
  readonly user?: string;
}

const LACKING: ReadonlySet<string> = new Set(['RIGHT_MISSING', 'OWN_RIGHTS_LACKING']);

/**
 * Prints the permissions that the rotator's token needs, as InfluxDB's API takes them, and tells which are seen to be
 * missing. @returns the exit code: 1 if they could not be told.
 */
export async function showPermissions(rotator: Rotator, { user }: PermissionsOptions): Promise<number> {
  const report = await lookAt(rotator);
  if (report === undefined) return 1;
  const { rightsNeeded, rightsUnknownFor = [], omitted } = report;
  for (const line of lacking(report)) tell(line);
  if (rightsUnknownFor.length > 0)
    tell(
      `what these need could not be told, because of what their line in the status says: ${rightsUnknownFor.join(', ')}`,
    );
  if (rightsNeeded === undefined) {
    tell(
      omitted === undefined
        ? 'the function could not look: see its status'
        : 'the list is longer than an answer has room for: docs/rotator-token.md says what belongs into it',
    );
    return 1;
  }
  print(jsonLines(user === undefined ? rightsNeeded : requestFor(rightsNeeded, user)));
  return rightsUnknownFor.length === 0 ? 0 : 1;
}

/** A plan asks InfluxDB for each right. Where it fails in AWS, the status has the list at least. */
async function lookAt(rotator: Rotator): Promise<RunReport | undefined> {
  const planned = await rotator.ask({ action: 'plan' });
  const report = runIn(planned);
  if (report !== undefined) return report;
  tell(planned.failure ?? 'the plan has no answer');
  return runIn(await rotator.ask({ action: 'status' }));
}

function lacking({ consumers }: RunReport): string[] {
  return consumers.flatMap(({ consumer, reason, why, obstacle, notes }) => [
    ...(LACKING.has((obstacle ?? why).code) ? [`${consumer}: ${reason}`] : []),
    ...notes.filter(({ code }) => LACKING.has(code)).map(({ note }) => `${consumer}: ${note}`),
  ]);
}

/** The body of `POST /api/v2/authorizations`. */
function requestFor(permissions: NonNullable<RunReport['rightsNeeded']>, userID: string): object {
  const orgID = permissions.find(({ resource }) => resource.orgID !== undefined)?.resource.orgID;
  const on = new Date().toISOString().slice(0, 10);
  return { orgID, userID, description: `token rotator, made ${on}`, permissions };
}
