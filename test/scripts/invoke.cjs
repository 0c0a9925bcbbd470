// One invocation of the bundled handler, whose answer or failure is sent to the parent: node invoke.cjs BUNDLE EVENT ARN
const [bundle, event, invokedFunctionArn] = process.argv.slice(2);
const endsAt = Date.now() + 300_000;
require(bundle)
  .handler(JSON.parse(event), { invokedFunctionArn, getRemainingTimeInMillis: () => endsAt - Date.now() })
  .then(
    (answer) => process.send({ answer }),
    ({ code, message }) => process.send({ failure: { code, message } }),
  )
  .finally(() => process.disconnect());
