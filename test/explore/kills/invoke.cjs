// One invocation of the bundled handler, as the Lambda runtime would make it: node invoke.cjs BUNDLE TIMEOUT_MS
const [bundle, timeoutMs] = process.argv.slice(2);
const endsAt = Date.now() + Number(timeoutMs);
require(bundle)
  .handler({ action: 'run' }, { getRemainingTimeInMillis: () => endsAt - Date.now() })
  .then(
    (report) => process.send?.(report.counts),
    (error) => process.send?.({ error: `${error.name}: ${error.message}` }),
  )
  .finally(() => process.disconnect?.());
