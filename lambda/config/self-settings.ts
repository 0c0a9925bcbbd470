import { parseDurationText } from './duration.ts';
import type { SelfFile } from './file/self.ts';
import { SELF } from './self.ts';
import { freezeOf } from './when.ts';

type FreezeFile = Parameters<typeof freezeOf>[0];

export const SELF_DEFAULTS = { rotateEvery: '30d', gracePeriod: '24h', holdPeriod: '24h', maxTokenAge: '35d' } as const;

interface OwnSecret {
  readonly tokenSecret: string;
  readonly tokenKey?: string | undefined;
  readonly self?: SelfFile | undefined;
}

/** It waits for no window and follows no canary; a freeze of the whole deployment holds for it, too. */
function whenOf(freezes: readonly FreezeFile[] = []) {
  return { window: undefined, freezes: freezes.map(freezeOf), rotateEarlyMs: 0 };
}

/** The rotator as a consumer; undefined where its token is not rotated. */
export function selfSettings({ tokenSecret, tokenKey = 'token', self }: OwnSecret, freezes?: readonly FreezeFile[]) {
  if (self === undefined) return undefined;
  const ms = (key: keyof typeof SELF_DEFAULTS) => parseDurationText(self[key] ?? SELF_DEFAULTS[key]) ?? Number.NaN;
  return {
    name: SELF,
    secret: tokenSecret,
    tokenKey,
    // The user whom its present token belongs to.
    owner: undefined,
    access: { kind: 'rotator' },
    rotation: 'schedule',
    rotateEveryMs: ms('rotateEvery'),
    gracePeriodMs: ms('gracePeriod'),
    holdPeriodMs: ms('holdPeriod'),
    maxTokenAgeMs: ms('maxTokenAge'),
    consumerCacheTtlMs: 0,
    adopt: self.adopt?.toLowerCase(),
    onMissing: 'rotate',
    // Each run signs in with it.
    probe: 'never',
    proof: false,
    convert: false,
    createSecret: false,
    createOwner: false,
    retired: false,
    exception: undefined,
    ...whenOf(freezes),
  } as const;
}
