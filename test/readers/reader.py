"""An application that writes and reads until its input ends, by docs/consumers.md and, beside it, as one must not.

It prints a line of JSON after each round, and no token.
Usage: reader.py NAME BUCKET, with the page's code as the module `influx`.
"""

import json
import sys
import threading
import time

from influx import influx
from influxdb_client import InfluxDBClient, Point
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException

name, bucket = sys.argv[1:3]


class Work:
    """What became of the requests of one way to read the token."""

    def __init__(self, name, client):
        self.name = name
        self.client = client
        self.written = 0
        self.refused = {"writes": {}, "reads": {}}

    def do(self):
        self._try("writes", self._write)
        self._try("reads", self._read)

    def _write(self):
        point = Point("load").tag("reader", self.name).field("n", self.written)
        self.client().write_api(write_options=SYNCHRONOUS).write(bucket, record=point)
        self.written += 1

    def _read(self):
        self.client().query_api().query(f'from(bucket: "{bucket}") |> range(start: -1h) |> count()')

    def _try(self, kind, act):
        try:
            act()
        except ApiException as error:
            statuses = self.refused[kind]
            statuses[error.status] = statuses.get(error.status, 0) + 1

    def shown(self):
        return {"written": self.written, "refused": self.refused}


first = influx()
once = InfluxDBClient(url=first.url, token=first.token, org=first.org)
by_the_page = Work(name, influx)
kept = Work(f"{name}-kept", lambda: once)

ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
clients = [first]
while not ended.is_set():
    by_the_page.do()
    if influx() is not clients[-1]:
        clients.append(influx())
    kept.do()
    print(json.dumps({"clients": len(clients), "page": by_the_page.shown(), "kept": kept.shown()}), flush=True)
    time.sleep(0.05)
