"""Calls a receiver: `python gateway_calls.py PORT CALLS CONNECTIONS`.

Every request is made before the first is sent. Each connection sends its next when the
last was answered. It prints one JSON object: calls a second, and latencies in ms.
"""

import json
import selectors
import socket
import sys
import time

from tests.webhook.running import call, raw


class Connection:
    """One connection with the requests that it sends."""

    def __init__(self, port: int, requests: list[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = iter(requests)
        self._began = 0.0
        self._got = b""
        self.taken: list[float] = []

    def send(self) -> bool:
        """Send the next request; tell whether there was one."""
        request = next(self._requests, None)
        if request is None:
            return False
        self._began = time.perf_counter()
        self.socket.sendall(request)
        return True

    def receive(self) -> bool:
        """Read; tell whether an answer is whole. They all are JSON objects."""
        self._got += self.socket.recv(65_536)
        if not self._got.endswith(b"}"):
            return False
        self.taken.append(time.perf_counter() - self._began)
        assert self._got.startswith(b"HTTP/1.1 202"), self._got
        self._got = b""
        return True


def main(port: int, calls: int, connections: int) -> None:
    """Send all calls and print what they took."""
    host = f"127.0.0.1:{port}"
    requests = [raw(*call(n, text="x" * 1000), host=host) for n in range(calls)]
    ways = [Connection(port, requests[n::connections]) for n in range(connections)]
    waiting = selectors.DefaultSelector()
    began = time.perf_counter()
    for way in ways:
        way.send()
        waiting.register(way.socket, selectors.EVENT_READ, way)
    open_ways = len(ways)
    while open_ways:
        for key, _ in waiting.select():
            if key.data.receive() and not key.data.send():
                waiting.unregister(key.fileobj)
                open_ways -= 1
    took = time.perf_counter() - began
    every = sorted(one for way in ways for one in way.taken)
    quantile = {share: every[int(len(every) * share)] * 1000 for share in (0.5, 0.99)}
    told = {"rate": calls / took, "p50": quantile[0.5], "p99": quantile[0.99]}
    print(json.dumps(told))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
