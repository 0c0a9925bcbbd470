import { Fleet } from './fleet.ts';
import type { Command, ServerOptions } from './options.ts';

// The servers, in a process of their own: node process.ts OPTIONS, with an IPC channel. It ends with that channel.

const fleet = await Fleet.open(JSON.parse(process.argv[2] ?? '') as ServerOptions);
process.on('message', (command: Command) => {
  if (command === 'reset') fleet.reset();
  process.send?.(fleet.takeLoad());
});
process.on('disconnect', () => void fleet.close());
process.send?.({ configuration: fleet.configuration, secretsManagerUrl: fleet.secretsManagerUrl });
