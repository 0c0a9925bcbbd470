import { AsyncLocalStorage } from 'node:async_hooks';
import { PIECE, Pieces } from './pieces.ts';

/**
 * Shorter values are no tokens, and masking them would make every text unreadable. A value that is shorter than a piece
 * can be an ordinary word, such as "prod". So it is masked in texts from outside, and left in ours, where the names of
 * consumers and deployments stand.
 */
const SHORTEST = 4;

const invocation = new AsyncLocalStorage<Secrets>();

/**
 * The tokens that one invocation has read, sent or been given. Whoever handles one adds it; `redact` and the handler
 * mask what was added, whole or in pieces, since a server or a proxy may repeat a part of what it was sent.
 */
export class Secrets {
  readonly #pieces = new Pieces();
  readonly #unread = new Set<string>();
  readonly #unsought: (() => Iterable<string>)[] = [];
  readonly #short = new Set<string>();

  /** Makes these the secrets of everything that `act` does, until it has ended. */
  during<T>(act: () => T): T {
    return invocation.run(this, act);
  }

  /** Those of this invocation; outside of one, none that anybody else sees. */
  static get known(): Secrets {
    return invocation.getStore() ?? new Secrets();
  }

  add(value: string): void {
    if (value.length >= PIECE) this.#unread.add(value);
    else if (value.length >= SHORTEST) this.#short.add(value);
  }

  /** Those that `find` finds, once there is something to mask: most runs have nothing. */
  addLater(find: () => Iterable<string>): void {
    this.#unsought.push(find);
  }

  /**
   * The text with `…` for each secret, and for each piece of one.
   * @param least characters from which on a piece is masked; a whole secret that is shorter is not masked, either.
   */
  mask(text: string, least = SHORTEST): string {
    for (const find of this.#unsought.splice(0)) for (const value of find()) this.add(value);
    for (const value of this.#unread) this.#pieces.addAllOf(value);
    this.#unread.clear();
    let masked = '';
    let shown = 0;
    for (let start = 0; start + PIECE <= text.length; start += 1) {
      if (!this.#pieces.hasAt(text, start)) continue;
      let end = start + PIECE;
      while (end < text.length && this.#pieces.hasAt(text, end - PIECE + 1)) end += 1;
      if (end - start >= least) {
        masked += `${text.slice(shown, start)}…`;
        shown = end;
      }
      start = end - PIECE;
    }
    masked += text.slice(shown);
    // The longest first, so that nothing is left of one that another begins.
    for (const value of [...this.#short].sort((one, other) => other.length - one.length))
      if (value.length >= least) masked = masked.replaceAll(value, '…');
    return masked;
  }
}
