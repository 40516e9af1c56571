"""Pages that were fetched in a run already, for streams that are asked by several."""

import zlib

from ferrule.exchange import Request, Response, encode

MOST_BYTES = 16_000_000


class PageCache:
    """Keeps the answers to one stream's requests, packed, up to a bound.

    Beyond `most_bytes` nothing more is kept: what is not here is asked for again.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._left = most_bytes
        self._kept: dict[bytes, tuple[Response, bytes]] = {}

    def get(self, request: Request) -> Response | None:
        """Return the answer that this request had before, or None."""
        found = self._kept.get(_key(request))
        if found is None:
            return None
        bare, packed = found
        return Response(bare.status, bare.headers, zlib.decompress(packed), bare.url)

    def put(self, request: Request, response: Response) -> None:
        """Keep an answer, where there is room."""
        packed = zlib.compress(response.body, 1)
        if len(packed) > self._left:
            return
        self._left -= len(packed)
        bare = Response(response.status, response.headers, b"", response.url)
        self._kept[_key(request)] = (bare, packed)


def _key(request: Request) -> bytes:
    """Return what two requests for one page have in common; credentials differ."""
    return encode([request.method, request.full_url, request.body])
