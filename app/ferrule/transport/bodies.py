"""Read a streamed body whole: bounded, unpacked by ourselves, and complete.

httpx takes a truncated gzip body for a whole one and unpacks a bomb in one piece, so
only `gzip` is asked for, the raw bytes are read, and zlib is given a bound. What comes
is written into one growing buffer that becomes the body: joining the parts of 100 MB
would hold up every other thread, and need the memory twice.
"""

import zlib
from collections.abc import Iterable
from io import BytesIO

from ferrule.errors import UnreadableResponse

_GZIP = zlib.MAX_WBITS | 16

_AT_ONCE = 4_000_000  # a packed part of 64 kB may unpack to a thousand times as much


class Truncated(UnreadableResponse):
    """A packed body that is damaged or ends early; another attempt may bring it."""

    def __init__(self, message: str) -> None:
        super().__init__(
            message,
            advice="Usually this passes; the service or something on the way cut it.",
        )


def read_body(raw: Iterable[bytes], coding: str | None, cap: int) -> bytes:
    """Return the body, unpacked, of at most `cap` bytes.

    Raises:
        Truncated: when the packed bytes are damaged or end early.
        UnreadableResponse: when it is larger, or packed in a way we did not ask for.
    """
    codings = [name.strip().lower() for name in (coding or "").split(",")]
    packing = [name for name in codings if name not in {"", "identity"}]
    if not packing:
        return _joined(raw, cap)
    if packing not in (["gzip"], ["x-gzip"]):
        raise UnreadableResponse(
            f"The body is packed as {', '.join(packing)[:40]}, though only gzip was"
            " asked for.",
            advice="Tell the service's makers: Accept-Encoding was ignored.",
        )
    return _unpacked(raw, cap)


def _joined(raw: Iterable[bytes], cap: int) -> bytes:
    body = BytesIO()
    for part in raw:
        body.write(part)
        if body.tell() > cap:
            raise too_large(cap)
    return body.getvalue()


def _unpacked(raw: Iterable[bytes], cap: int) -> bytes:
    body = BytesIO()
    room = cap
    member = zlib.decompressobj(_GZIP)
    empty = True
    for part in raw:
        packed = part
        while packed:
            empty = False
            if member.eof:
                # RFC 1952 2.2: members may follow one another; zeros are padding.
                packed = packed.lstrip(b"\0")
                if not packed:
                    break
                member = zlib.decompressobj(_GZIP)
            out = _inflate(member, packed, min(room + 1, _AT_ONCE))
            room -= len(out)
            if room < 0:
                raise too_large(cap)
            body.write(out)
            packed = member.unused_data or member.unconsumed_tail
    if not empty and not member.eof:
        raise Truncated("The packed body ends before its end.")
    return body.getvalue()


def _inflate(member: "zlib._Decompress", packed: bytes, most: int) -> bytes:
    try:
        return member.decompress(packed, most)
    except zlib.error as error:
        raise Truncated(f"The body is not proper gzip: {error}.") from None


def too_large(cap: int) -> UnreadableResponse:
    """Return what is said of a body of more than `cap` bytes."""
    return UnreadableResponse(
        f"The body is larger than {cap / 1_000_000:g} MB.",
        advice="Ask for smaller pages: a limit, a filter, or fewer fields.",
    )
