// One invocation of the bundled handler, as the Lambda runtime would make it: node invoke.cjs BUNDLE TIMEOUT_MS [REQUEST]
const [bundle, timeoutMs, request = '{"action":"run"}'] = process.argv.slice(2);
const endsAt = Date.now() + Number(timeoutMs);
require(bundle)
  .handler(JSON.parse(request), { getRemainingTimeInMillis: () => endsAt - Date.now() })
  .then(
    (report) => process.send?.(report),
    (error) => error.report && process.send?.(error.report),
  )
  .finally(() => process.disconnect?.());
