import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

// The least that a program must do that asks the function: the same SDK, one call whose name is given, and no rendering.

const client = new LambdaClient({ maxAttempts: 1 });
const command = new InvokeCommand({ FunctionName: process.argv[2], Payload: JSON.stringify({ action: 'status' }) });
void client.send(command).then(({ Payload }) => {
  process.stdout.write(`${Payload?.transformToString()}\n`);
});
