import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A server whose port answers no connection while it is stopped, as an address behind a firewall does. */
export interface StoppedServer {
  readonly port: number;
  /** From now on it accepts connections, and answers each request with 200 and an empty object. */
  wake(): void;
  close(): Promise<void>;
}

const SERVER = `
  const server = require('node:http').createServer((_request, response) => response.end('{}'));
  server.listen({ port: Number(process.argv[1]), host: process.argv[2], backlog: 1 }, () => console.log(server.address().port));
`;

/** The kernel drops what wants to connect once so many wait that nobody accepts. */
const WAITING = 8;

/** @param port 0 for one that is free. */
export async function aStoppedServer(host: string, port = 0): Promise<StoppedServer> {
  const child = spawn(process.execPath, ['-e', SERVER, String(port), host], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const opened = Number(line);
  child.kill('SIGSTOP');
  const waiting: Socket[] = [];
  for (let count = 0; count < WAITING; count += 1) {
    const socket = connect({ host, port: opened });
    socket.on('error', () => {});
    waiting.push(socket);
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  return {
    port: opened,
    wake: () => {
      child.kill('SIGCONT');
    },
    close: async () => {
      for (const socket of waiting) socket.destroy();
      await ended(child);
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
