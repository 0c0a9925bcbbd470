import * as z from 'zod';
import { quotable } from '../../lambda/engine/plan/phrases.ts';
import type { RunReport } from '../../lambda/engine/report/report.ts';
import type { Typed } from '../typed.ts';
import { minuteOf } from './lines.ts';

/** What there is beside the consumers, the most urgent first. */
const KINDS = ['shared', 'stray', 'unmanaged', 'more'] as const;

export const OTHER = z
  .strictObject({
    kind: z
      .enum(KINDS)
      .describe(
        'a value that several secrets hold, a token of this deployment that no configured secret reaches, a token that nobody manages, or how many more there are',
      ),
    authorizationId: z.string().optional(),
    what: z.string().describe('whose it is, or was, in few words'),
    notice: z.string().describe('what it is, and what to do about it'),
    code: z.string().describe('of docs/codes.md'),
    next: z.string().optional().describe('the command to type next'),
  })
  .describe('what concerns no single consumer');

export type Other = z.infer<typeof OTHER>;

type Notice = RunReport['notices'][number];

/** @param typed a command as it is typed here. */
export function othersOf({ notices }: Pick<RunReport, 'notices'>, typed: Typed): Other[] {
  return notices
    .flatMap((notice) => othersIn(notice, typed))
    .sort((one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind));
}

function othersIn(about: Notice, typed: Typed): Other[] {
  const { code, notice } = about;
  const rest = { notice, code };
  switch (code) {
    case 'UNMANAGED_TOKEN': {
      const { authorizationId } = about as Notice & { readonly authorizationId: string };
      return [
        { kind: 'unmanaged', authorizationId, what: whatIsUnmanaged(about), ...rest, next: typed('discover', 'here') },
      ];
    }
    case 'SHARED_VALUE': {
      const names = textsIn(about.consumers);
      const more = typeof about.more === 'number' ? ` and ${about.more} more` : '';
      const what = `one token for ${names.join(', ')}${more}`;
      return [{ kind: 'shared', what, ...rest, next: typed(`run ${names.join(' ')}`) }];
    }
    case 'NOT_CONFIGURED':
      return strays(about, `of ${about.consumer}, which is not configured any more${retiredAfter(about)}`, (id) =>
        typed(`retire ${id} --reason "…"`),
      );
    case 'ANOTHER_SECRET':
      return strays(
        about,
        `of ${about.consumer}, but not made for its present secret: do its readers read that one?`,
        () => typed(`status ${about.consumer}`),
      );
    case 'OWN_TOKENS_LEFT':
      return strays(about, 'the rotator signed in with it once');
    default:
      return [{ kind: 'more', what: notice, ...rest }];
  }
}

/** The command is refused before then. */
function retiredAfter({ until }: Notice): string {
  return until === undefined ? '' : `; retire it after ${minuteOf(until)} UTC, not before`;
}

/**
 * One for each, since each is ended by itself.
 *
 * @param next what to type. Of a consumer that is configured, it only looks: readers may hold what a wrong name hides.
 */
function strays(about: Notice, what: string, next?: (authorizationId: string) => string): Other[] {
  const { code, notice } = about;
  return textsIn(about.authorizationIds).map((authorizationId) => ({
    kind: 'stray',
    ...{ authorizationId, what, notice, code },
    ...(next !== undefined && { next: next(authorizationId) }),
  }));
}

function whatIsUnmanaged({ description, status, createdAt, consumers, mayBeRotators }: Notice): string {
  const holders = textsIn(consumers);
  return [
    description === '' ? 'no description' : `"${quotable(String(description))}"`,
    ...(status === 'inactive' ? ['switched off'] : []),
    `made ${String(createdAt).slice(0, 10)}`,
    ...(holders.length === 0 ? [] : [`in the ${holders.length === 1 ? 'secret' : 'secrets'} of ${holders.join(', ')}`]),
    ...(mayBeRotators === true ? ["may be the rotator's own"] : []),
  ].join(', ');
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
