// @ts-check

/** @import { ConsumerEntry } from '../../consumer.ts' */
/** @import { ReportDue } from '../../model.ts' */

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** @typedef {ConsumerEntry['health']} Health */

/** How each state is called and looks, worst first. */
export const STATES = /** @type {const} */ ({
  'no-access': { word: 'No access', icon: 'cross', tone: 'bad' },
  failed: { word: 'Failed', icon: 'cross', tone: 'bad' },
  blocked: { word: 'Blocked', icon: 'stop', tone: 'bad' },
  overdue: { word: 'Overdue', icon: 'clock', tone: 'bad' },
  'exception-expired': { word: 'Exception over', icon: 'flag', tone: 'bad' },
  waiting: { word: 'Waiting', icon: 'pause', tone: 'wait' },
  due: { word: 'Due', icon: 'clock', tone: 'wait' },
  exempt: { word: 'Exempt', icon: 'flag', tone: 'calm' },
  ok: { word: 'Fine', icon: 'check', tone: 'good' },
  retired: { word: 'Retired', icon: 'dash', tone: 'calm' },
});

export const HEALTHS = /** @type {readonly Health[]} */ (Object.keys(STATES));

/** What is to come, and its mark in the calendar. */
export const DUES = /** @type {const} */ ({
  overdue: { one: 'token too old', many: 'tokens too old', icon: 'clock', tone: 'bad' },
  'exception-ends': { one: 'exception ends', many: 'exceptions end', icon: 'flag', tone: 'wait' },
  rotation: { one: 'rotation', many: 'rotations', icon: 'turn', tone: 'main' },
  'grace-ends': { one: 'old token goes off', many: 'old tokens go off', icon: 'pause', tone: 'calm' },
  deletion: { one: 'deletion', many: 'deletions', icon: 'bin', tone: 'calm' },
});

export const DUE_KINDS = /** @type {readonly ReportDue['what'][]} */ (Object.keys(DUES));

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `Nov`. @param {string | number} time */
export const monthOf = (time) => MONTHS[new Date(time).getUTCMonth()] ?? '';
/** `26 Nov`. @param {string | number} time */
export const dateOf = (time) => `${new Date(time).getUTCDate()} ${monthOf(time)}`;
/** `26 Nov 2026`. @param {string | number} time */
export const dayOf = (time) => `${dateOf(time)} ${new Date(time).getUTCFullYear()}`;
/** `Thu 26 Nov`. @param {string | number} time */
export const weekdayOf = (time) => `${WEEKDAYS[new Date(time).getUTCDay()]} ${dateOf(time)}`;
/** `26 Nov 2026, 18:00`. @param {string | number} time */
export const minuteOf = (time) => `${dayOf(time)}, ${new Date(time).toISOString().slice(11, 16)}`;

/**
 * A duration by its largest unit: `12 d`.
 * @param {number} ms
 */
export function short(ms) {
  if (ms < HOUR_MS) return `${Math.max(0, Math.round(ms / MINUTE_MS))} min`;
  return ms < 2 * DAY_MS ? `${Math.round(ms / HOUR_MS)} h` : `${Math.floor(ms / DAY_MS)} d`;
}

const NUMBER = new Intl.NumberFormat('en-GB');

/** @param {number} number */
export const grouped = (number) => NUMBER.format(number);

/**
 * @param {number} number
 * @param {string} one
 * @param {string} [many]
 */
export function count(number, one, many = `${one}s`) {
  return `${grouped(number)} ${number === 1 ? one : many}`;
}

/** A person has to do something, or to know. @param {ConsumerEntry} entry */
export function needsAttention({ health, exception }) {
  return STATES[health].tone === 'bad' || exception?.inForce === false;
}
