"""The measured API: a process that costs little, so that clients are what is measured.

`/{records}/{latency}/{style}/issues` answers pages of up to 100 records after so many
milliseconds. Styles: `page` (`page`, `per_page`) and `offset` (`offset`, `limit`)
answer `{"total_count", "items"}`, `link` answers a list and a Link header. Pages are
rendered once; those beyond the first thousand each time. It says its address as its
first line and ends with its standard input.
"""

import asyncio
import os
import sys
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.benchmarks.records import rows

_END = b"\r\n\r\n"
_KEPT = 1000


@lru_cache(_KEPT)
def _kept(first: int, last: int) -> bytes:
    return rows(first, last)


class Conversation(asyncio.Protocol):
    """One connection; requests are answered in their order."""

    def __init__(self) -> None:
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each whole request in what came."""
        *heads, self._rest = (self._rest + data).split(_END)
        for head in heads:
            latency, answer = answered(head.split(b" ", 2)[1].decode())
            if latency:
                loop = asyncio.get_running_loop()
                loop.call_later(latency, self._transport.write, answer)
            else:
                self._transport.write(answer)


def answered(target: str) -> tuple[float, bytes]:
    """Return the seconds to wait and the whole answer to a GET of `target`."""
    path, _, query = target.partition("?")
    given = dict(parse_qsl(query))
    try:
        _, records, latency, style, _ = path.split("/")
        return int(latency) / 1000, _page(path, int(records), style, given)
    except (ValueError, KeyError):
        return 0.0, b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"


def _page(path: str, total: int, style: str, given: dict[str, str]) -> bytes:
    size = min(int(given.get("limit" if style == "offset" else "per_page", "100")), 100)
    number = int(given.get("page", "1"))
    first = int(given.get("offset", "0")) if style == "offset" else (number - 1) * size
    last = min(first + size, total)
    found = _kept if first < _KEPT * 100 else rows
    body, link = found(first, last) if first < last else b"", b""
    if style == "link":
        body = b"[%s]" % body
        if last < total:
            url = f"http://127.0.0.1:{PORT}{path}?page={number + 1}&per_page={size}"
            link = f'link: <{url}>; rel="next"\r\n'.encode()
    else:
        body = b'{"total_count":%d,"items":[%s]}' % (total, body)
    return (
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n%scontent-length: %d"
        b"\r\n\r\n%s" % (link, len(body), body)
    )


async def serve() -> None:
    """Serve on a free port of loopback until standard input ends."""
    global PORT  # noqa: PLW0603 - known once the socket is bound
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Conversation, "127.0.0.1", 0)
    PORT = server.sockets[0].getsockname()[1]
    for first in range(0, _KEPT * 100, 100):
        _kept(first, first + 100)
    sys.stdout.write(f"http://127.0.0.1:{PORT}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, os.read, 0, 1)
    server.close()


PORT = 0
if __name__ == "__main__":
    asyncio.run(serve())
