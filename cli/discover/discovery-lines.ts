import { styleText } from 'node:util';
import { indented, section, short, table, type Width } from '../status/lines.ts';
import { onOneLine } from '../terminal.ts';
import type { DiscoveredToken, Discovery } from './discovery.ts';

/** A line a token: id, owner, age, reach, description; and which secret holds it. Of what was written, that alone. */
export function discoveryLines({ tokens, managed, notes, written }: Discovery, now: number, width: Width): string[] {
  const toKnow = section(
    'To know',
    notes.flatMap((note) => indented(note, width)),
  );
  if (written !== undefined) return [...writtenLines(written, tokens.length), ...toKnow];
  const rows = table(
    tokens.map((each) => row(each, now)),
    { width, cut: OWNER },
  );
  return [
    headline(tokens.length, managed),
    ...(rows.length > 0 ? [''] : []),
    ...rows.flatMap((lines, index) => [...lines, ...details(tokens[index], width)]),
    ...toKnow,
  ];
}

/** Whoever chose tokens has seen the list. */
function writtenLines({ file, consumers }: NonNullable<Discovery['written']>, others: number): string[] {
  const rest = others === 1 ? '1 other token is' : `${others} other tokens are`;
  const left = `${rest} managed by nothing: discover without --write shows which`;
  return [`${file} has now: ${consumers.join(', ')}`, ...(others === 0 ? [] : [left])];
}

/** The column whose names may get short. */
const OWNER = 1;

function headline(count: number, managed: number): string {
  const those = count === 1 ? '1 token is' : `${count} tokens are`;
  return `${styleText('bold', `${those} managed by nothing`)}, ${managed} by deployments of this program`;
}

function row(
  { authorizationId, status, createdAt, owner, reach, description }: DiscoveredToken,
  now: number,
): string[] {
  const age = short(now - Date.parse(createdAt));
  return [authorizationId, owner, age, status === 'active' ? '' : status, reach, description].map(onOneLine);
}

function details(token: DiscoveredToken | undefined, width: Width): string[] {
  if (token === undefined) return [];
  const { secrets, perhaps, rotators } = token;
  return [
    ...(secrets.length > 0 ? indented(`in ${secrets.join(', ')}${rotators ? ": the rotator's own" : ''}`, width) : []),
    ...(perhaps.length > 0 ? indented(`perhaps in ${perhaps.join(', ')}: its owner has several tokens`, width) : []),
  ];
}
