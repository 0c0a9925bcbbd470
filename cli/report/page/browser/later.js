// @ts-check

/** A slice of work, after which the browser may draw and answer. */
const SLICE_MS = 12;

/** @type {(() => void)[]} */
const waiting = [];
let isGoing = false;

/** Does what the first sight does not need when the page is drawn, in the order in which it was asked for. @param {() => void} work */
export function later(work) {
  waiting.push(work);
  if (isGoing) return;
  isGoing = true;
  requestAnimationFrame(() => setTimeout(slice));
}

function slice() {
  const end = performance.now() + SLICE_MS;
  while (waiting.length > 0 && performance.now() < end) waiting.shift()?.();
  isGoing = waiting.length > 0;
  if (isGoing) setTimeout(slice);
}

/** Does all of it at once: a print shows everything. */
export function finish() {
  while (waiting.length > 0) waiting.shift()?.();
}
