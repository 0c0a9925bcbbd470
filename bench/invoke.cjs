// Invokes a bundled handler twice in this process, as Lambda does with one that is warm, and sends what that took.
// node --expose-gc invoke.cjs BUNDLE, with an IPC channel
const { readFileSync } = require('node:fs');

const MIB = 1024 * 1024;
let heap = 0;
setInterval(() => {
  heap = Math.max(heap, process.memoryUsage().heapUsed);
}, 5).unref();

/** The most that was resident at once, in MB. What `getrusage` tells would include the parent's before the exec. */
function peakMb() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

async function main([bundle]) {
  const emptyMb = peakMb();
  const { handler } = require(bundle);
  const invoke = () => handler({ action: 'run' }, { getRemainingTimeInMillis: () => 15 * 60_000 });
  const before = process.cpuUsage();
  await invoke();
  const { user, system } = process.cpuUsage(before);
  const coldMb = peakMb();
  const report = await invoke();
  // What the runtime makes of it.
  const answerBytes = JSON.stringify(report).length;
  global.gc();
  process.send({
    served: report.consumers.length + (report.omitted?.consumers ?? 0),
    quiet: report.consumers.every(({ state = 'idle', notes = [] }) => state === 'idle' && notes.length === 0),
    answerBytes,
    emptyMb,
    coldMb,
    peakMb: peakMb(),
    heapMb: heap / MIB,
    keptMb: process.memoryUsage().heapUsed / MIB,
    cpuMs: (user + system) / 1000,
  });
}

void main(process.argv.slice(2)).finally(() => process.disconnect());
