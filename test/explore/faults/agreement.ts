import { rotatedIn } from '../../../lambda/config/self.ts';
import { fingerprintOf, parseMarker } from '../../../lambda/engine/document/marker.ts';
import type { ConsumerReport, RunReport } from '../../../lambda/engine/report/report.ts';
import type { World } from '../../../simulation/world.ts';
import type { LogBook } from './log-book.ts';

/** Where the report of a run says something else than the servers hold right after it. */
export function disagreements(world: World, report: RunReport, book: LogBook): string[] {
  return report.consumers
    .filter(({ tokens, state }) => tokens.length > 0 || state !== 'not-attempted')
    .flatMap((each) => [...aboutTokens(world, each, book), ...aboutAccess(world, each)]);
}

function aboutTokens(world: World, { consumer, tokens }: ConsumerReport, book: LogBook): string[] {
  const rows = new Map(world.influxdb.store.storedAuthorizations().map((row) => [row.id, row.status]));
  const wrong = tokens
    .filter(({ authorizationId: id, status }) => status !== 'unknown' && status !== (rows.get(id) ?? 'gone'))
    .map(
      ({ authorizationId: id, status }) =>
        `the report says that authorization ${id} of ${consumer} is ${status}, and it is ${rows.get(id) ?? 'gone'}`,
    );
  const told = new Set(tokens.map(({ authorizationId }) => authorizationId));
  // A mint without an answer has no id that anybody could tell.
  const maySayLess = book.lines.some(({ code, fields }) => code === 'MINT_UNANSWERED' && fields.consumer === consumer);
  const untold = markedFor(world, consumer).filter((id) => !told.has(id) && !maySayLess);
  return [...wrong, ...untold.map((id) => `the report says nothing of authorization ${id} of ${consumer}`)];
}

function aboutAccess(world: World, { consumer, tokens, access }: ConsumerReport): string[] {
  const current = tokens.find(({ role }) => role === 'current');
  const held = heldBy(world, consumer);
  const wrong: string[] = [];
  if (current !== undefined && held !== undefined && current.authorizationId !== held.id)
    wrong.push(`the report says that ${current.authorizationId} is current for ${consumer}, and ${held.id} is`);
  const works = held?.status === 'active';
  if ((access === 'works' && !works) || (access === 'none' && works))
    wrong.push(`the report says access ${access} for ${consumer}, whose token ${works ? 'works' : 'does not work'}`);
  return wrong;
}

function heldBy({ influxdb, secretsManager, configuration }: World, consumer: string) {
  const settings = rotatedIn(configuration).find(({ name }) => name === consumer);
  const versions = secretsManager.store.secret(settings?.secret ?? '')?.versions.values() ?? [];
  const text = [...versions].find(({ stages }) => stages.has('AWSCURRENT'))?.value;
  try {
    const { token } = JSON.parse(text ?? '{}') as { token?: string };
    return token === undefined ? undefined : influxdb.store.authorizationOf(token);
  } catch {
    return undefined;
  }
}

function markedFor({ influxdb, secretsManager, configuration }: World, consumer: string): string[] {
  const settings = rotatedIn(configuration).find(({ name }) => name === consumer);
  const arn = secretsManager.store.secret(settings?.secret ?? '')?.arn;
  if (arn === undefined) return [];
  return influxdb.store.storedAuthorizations().flatMap(({ id, description }) => {
    const marker = parseMarker(description);
    return marker?.consumer === consumer && marker.fingerprint === fingerprintOf(arn) ? [id] : [];
  });
}
