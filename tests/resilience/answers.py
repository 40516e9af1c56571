"""Answers as tests of resilience write them."""

from ferrule.exchange import Json, Response, encode


def answer(status: int, body: Json = None, **headers: str) -> Response:
    """Return an answer; `retry_after` becomes the header `Retry-After`."""
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    raw = b"" if body is None else encode(body)
    return Response(status, tuple(named.items()), raw)
