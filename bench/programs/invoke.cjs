// Invokes a bundled handler in this process, as Lambda does with one that stays warm, and sends what that took.
// node --expose-gc invoke.cjs BUNDLE ACTION …, with an IPC channel
const { once } = require('node:events');
const { readFileSync } = require('node:fs');
const { getHeapStatistics } = require('node:v8');

const MIB = 1024 * 1024;
const FIFTEEN_MINUTES_MS = 15 * 60_000;
let heap = 0;
setInterval(() => {
  heap = Math.max(heap, getHeapStatistics().used_heap_size);
}, 5).unref();

/** The most that was resident at once, in MB. What `getrusage` tells would include the parent's before the exec. */
function peakMb() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

/** @returns the report. A run that fails for a consumer throws it. */
async function invoke(handler, action) {
  const endsAt = Date.now() + FIFTEEN_MINUTES_MS;
  try {
    return await handler({ action }, { getRemainingTimeInMillis: () => endsAt - Date.now() });
  } catch (error) {
    if (error.report === undefined) throw error;
    return error.report;
  }
}

/** What is told of a report. The runtime writes an answer as JSON, and keeps nothing of it while the next one is made. */
function summaryOf(report) {
  return {
    served: report.consumers.length + (report.omitted?.consumers ?? 0),
    quiet: report.consumers.every(({ state = 'idle', notes = [] }) => state === 'idle' && notes.length === 0),
    failed: report.counts?.failed,
    rotated: report.counts?.rotated,
    answerBytes: JSON.stringify(report).length,
  };
}

async function measure(handler, action) {
  const startedAt = performance.now();
  const report = await invoke(handler, action);
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage();
  const invocation = { wallMs, cpuMs: (user + system) / 1000, peakMb: peakMb() };
  return { invocation, summary: summaryOf(report) };
}

async function main([bundle, ...actions]) {
  const emptyMb = peakMb();
  const { handler } = require(bundle);
  const invocations = [];
  let summary;
  for (const action of actions) {
    if (summary !== undefined) {
      const go = once(process, 'message');
      process.send('next');
      await go;
    }
    const measured = await measure(handler, action);
    invocations.push(measured.invocation);
    summary = measured.summary;
  }
  global.gc();
  process.send({
    invocations,
    ...summary,
    emptyMb,
    peakMb: peakMb(),
    heapMb: heap / MIB,
    keptMb: process.memoryUsage().heapUsed / MIB,
  });
}

void main(process.argv.slice(2)).finally(() => process.disconnect());
