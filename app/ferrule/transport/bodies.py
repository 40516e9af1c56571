"""Read a streamed body whole: bounded, unpacked by ourselves, and complete.

httpx takes a truncated gzip body for a whole one and unpacks a bomb in one piece, so
only `gzip` is asked for, the raw bytes are read, and zlib is given a bound.
"""

import zlib
from collections.abc import Iterable

from ferrule.errors import UnreadableResponse

_GZIP = zlib.MAX_WBITS | 16


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
    parts: list[bytes] = []
    size = 0
    for part in raw:
        size += len(part)
        if size > cap:
            raise _too_large(cap)
        parts.append(part)
    return b"".join(parts)


def _unpacked(raw: Iterable[bytes], cap: int) -> bytes:
    parts: list[bytes] = []
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
            out = _inflate(member, packed, room + 1)
            room -= len(out)
            if room < 0:
                raise _too_large(cap)
            parts.append(out)
            packed = member.unused_data or member.unconsumed_tail
    if not empty and not member.eof:
        raise Truncated("The packed body ends before its end.")
    return b"".join(parts)


def _inflate(member: "zlib._Decompress", packed: bytes, most: int) -> bytes:
    try:
        return member.decompress(packed, most)
    except zlib.error as error:
        raise Truncated(f"The body is not proper gzip: {error}.") from None


def _too_large(cap: int) -> UnreadableResponse:
    return UnreadableResponse(
        f"The body is larger than {cap / 1_000_000:g} MB.",
        advice="Ask for smaller pages.",
    )
