/**
 * A connection that nobody used for so long, in milliseconds, is closed by us: the server may be about to close it, and
 * then a call on it gets no answer. A promotion or a mint that gets none costs its consumer a lease, since neither may be
 * repeated (docs/protocol.md, F1). No server that we know closes one sooner than after five seconds.
 */
export const LONGEST_REST_MS = 1_000;
