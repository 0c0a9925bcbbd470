// An application that writes and reads until its input ends, by docs/consumers.md and, beside it, as one must not.
// It prints a line of JSON after each round, and no token.
// Usage: node reader.mjs NAME BUCKET SECRET URL, with the page's code beside it as influx.mjs
import { setTimeout as sleep } from 'node:timers/promises';
import { getSecret } from '@aws-lambda-powertools/parameters/secrets';
import { InfluxDB, Point } from '@influxdata/influxdb-client';
import { influx, writer } from './influx.mjs';

const [, , name, bucket, secret, url] = process.argv;

/** What the library and the page's `writeFailed` say of what failed. */
const said = [];
console.error = (...words) => said.push(words.join(' '));

class Work {
  written = 0;
  refused = { writes: {}, reads: {} };

  constructor(name) {
    this.name = name;
  }

  point() {
    return new Point('load').tag('reader', this.name).intField('n', this.written);
  }

  async do(write, client) {
    await this.#try('writes', async () => {
      await write(this.point());
      this.written += 1;
    });
    await this.#try('reads', () =>
      client.getQueryApi('acme').collectRows(`from(bucket: "${bucket}") |> range(start: -1h) |> count()`),
    );
  }

  async #try(kind, act) {
    try {
      await act();
    } catch (error) {
      const status = error.statusCode ?? String(error);
      this.refused[kind][status] = (this.refused[kind][status] ?? 0) + 1;
    }
  }
}

const { token } = await getSecret(secret, { transform: 'json' });
const once = new InfluxDB({ url, token });
/** Sends each point by itself, as a full batch, and hears nothing of it. */
const silent = once.getWriteApi('acme', bucket, 'ns', { batchSize: 1 });
const page = new Work(name);
const kept = new Work(`${name}-kept`);

let ended = false;
process.stdin.resume().on('end', () => {
  ended = true;
});
const clients = [await influx()];
const show = () => console.log(JSON.stringify({ clients: clients.length, page, kept, said }));
while (!ended) {
  await page.do(async (point) => (await writer()).writePoint(point), await influx());
  if ((await influx()) !== clients.at(-1)) clients.push(await influx());
  await kept.do((point) => silent.writePoint(point), once);
  show();
  await sleep(50);
}
await (await writer()).close();
await silent.close();
show();
