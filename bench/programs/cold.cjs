// Loads a bundled handler, invokes it once, and tells its parent: node cold.cjs BUNDLE, with an IPC channel
const [bundle] = process.argv.slice(2);
const endsAt = Date.now() + 15 * 60_000;
require(bundle)
  .handler({ action: 'run' }, { getRemainingTimeInMillis: () => endsAt - Date.now() })
  .then(() => {
    const { user, system } = process.cpuUsage();
    process.send({ cpuMs: (user + system) / 1000 });
  })
  .finally(() => process.disconnect());
