import { DAY_MS } from '../../config/duration.ts';
import type { RotationDocument } from '../document/document.ts';
import { copiesIn } from '../document/own.ts';
import type { Facts } from './facts.ts';

/**
 * U5: when the token was copied forward within the last day, as the current version or the one before it says. Something
 * that puts an older value back takes the first away, though not the second. Forging it changes a word, not access.
 */
export function recently({ answers, now }: Facts, document: RotationDocument | undefined): readonly number[] {
  const times = [...(document?.copiedAt ?? []), ...copiesIn(answers.version('AWSPREVIOUS')?.content)];
  return [...new Set(times)].filter((time) => time > now - DAY_MS && time <= now).sort((one, other) => one - other);
}
