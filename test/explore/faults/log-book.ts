import { adoptedId } from '../../../lambda/config/adopted.ts';
import { rotatedIn } from '../../../lambda/config/self.ts';
import { parseMarker } from '../../../lambda/engine/document/marker.ts';
import type { Log } from '../../../lambda/log/log.ts';
import type { World } from '../../../simulation/world.ts';

/** Everything that a run can change, as the servers hold it: the status of each marked row, the labels of each version. */
export interface Holdings {
  readonly rows: ReadonlyMap<
    string,
    { readonly consumer: string; readonly rotationId: string; readonly status: string }
  >;
  readonly labels: ReadonlyMap<string, string>;
}

export function holdingsOf({ influxdb, secretsManager, configuration }: World): Holdings {
  const adopted = new Map(rotatedIn(configuration).map((settings) => [adoptedId(settings), settings.name]));
  const rows = influxdb.store.authorizations().flatMap(({ id, status, description }) => {
    const marker = parseMarker(description);
    const consumer = marker?.consumer ?? adopted.get(id);
    return consumer === undefined ? [] : [[id, { consumer, rotationId: marker?.rotationId ?? '', status }] as const];
  });
  const labels = rotatedIn(configuration).map(({ name, secret }) => {
    const versions = [...(secretsManager.store.secret(secret)?.versions.values() ?? [])];
    return [name, versions.map(({ id, stages }) => `${id}: ${[...stages].sort().join()}`).join('; ')] as const;
  });
  return { rows: new Map(rows), labels: new Map(labels) };
}

/** Keeps what a run logs, and knows whether it says enough for an operator to tell what was done. */
export class LogBook {
  readonly lines: { readonly code: string; readonly fields: Readonly<Record<string, unknown>> }[] = [];
  readonly log: Log = (code, fields) => {
    this.lines.push({ code, fields: { ...fields } });
  };

  /** What changed on the servers, although no line before it named it. */
  unexplained(before: Holdings, after: Holdings): string[] {
    const named = new Set(this.lines.map(({ fields }) => fields.authorizationId));
    // A step and a trial say which rotation they are about before they write.
    const trials = this.lines.filter(({ code }) => code === 'TRIAL_STARTED');
    const stepped = new Set([
      ...this.#steps().map(({ fields }) => fields.versionId),
      ...trials.map(({ fields }) => fields.rotationId),
    ]);
    const makes = new Set(
      this.lines
        .filter(
          ({ code, fields }) => code === 'ACTION_STARTED' && /^(rotate|copy-forward)$/.test(String(fields.action)),
        )
        .concat(this.#steps())
        .map(({ fields }) => fields.consumer),
    );
    const rows = new Map([...before.rows, ...after.rows]);
    const changed = [...rows].filter(
      ([id, { consumer, rotationId }]) =>
        before.rows.get(id)?.status !== after.rows.get(id)?.status &&
        // One that is adopted is marked while it is switched off, and named.
        !(named.has(id) || stepped.has(rotationId) || (!before.rows.has(id) && makes.has(consumer))),
    );
    const moved = [...after.labels].filter(([name, labels]) => before.labels.get(name) !== labels && !makes.has(name));
    return [
      ...changed.map(([id]) => `the log says nothing of authorization ${id}, which changed`),
      ...moved.map(([name]) => `the log says nothing of the secret of ${name}, which changed`),
    ];
  }

  #steps() {
    return this.lines.filter(({ code }) => code === 'STEP_STARTED');
  }
}
