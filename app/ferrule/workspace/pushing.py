"""Pushing: give a bundle to a registry server and tell its verdict.

The file goes over https, or over http to loopback alone; a redirect is not followed: it
would carry the token away. What is sent is the file, byte for byte.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ferrule.errors import ExchangeError, StoreError, UnreadableResponse, UsageError
from ferrule.exchange import Json, Request, Response
from ferrule.redaction import Hidden, live

PATH: Final = "/api/v1/bundles"
_MEDIA_TYPE: Final = "application/vnd.ferrule.bundle.v1+json"
_TIMEOUT_MS: Final = 120_000
_MOST_ANSWER: Final = 4_000_000
_SHOWN: Final = 500
_GOOD: Final = frozenset({200, 201})


@dataclass(frozen=True, slots=True)
class PushVerdict:
    """What a server said of a bundle.

    `new` unless it had all of it; `unchanged` and `overridden` are connectors. Where it
    said no, `code`, `message` and `advice` are its words, and `step` the step of the
    verification that refused (0: none did).
    """

    ok: bool
    status: int
    new: bool = False
    bundle: str = ""
    digest: str = ""
    connectors: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    overridden: tuple[str, ...] = ()
    code: str = ""
    message: str = ""
    advice: str = ""
    step: int = 0


def push(
    url: str, path: Path, token: Hidden, *, rollback_reason: str = ""
) -> PushVerdict:
    """Send a bundle to the server at `url` and return its verdict.

    `rollback_reason` asks it to take an older version back; the server logs it.

    Raises:
        StoreError: when the file cannot be read or is too large.
        UsageError: when the address is no server's, or would carry the token in clear.
        ExchangeError: when no answer came that is one of a registry server.
    """
    from ferrule.bundle import MAX_BUNDLE  # what draws the button does without these
    from ferrule.transport import Client, HostPolicy
    from ferrule.workspace.signing_keys import read_at_most

    live.add(token)
    request = _request(url, read_at_most(path, MAX_BUNDLE), token, rollback_reason)
    origin = request.url.removesuffix(urlsplit(request.url).path)
    with Client(HostPolicy(confirmed=frozenset({origin})), max_body=_MOST_ANSWER) as to:
        return _verdict(to.exchange(request))


def _request(url: str, raw: bytes, token: Hidden, reason: str) -> Request:
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.netloc or "@" in parts.netloc:
        raise UsageError(
            "That is not the address of a server.", advice="Give it as https://HOST"
        )
    if parts.query or parts.fragment:
        raise UsageError("The address of a server has neither query nor fragment.")
    query = (("allowRollback", "true"), ("reason", reason)) if reason else ()
    try:
        text = raw.decode()  # a bundle is UTF-8: encoded again it is the same bytes
    except UnicodeDecodeError:
        raise StoreError(
            "That is not a bundle: it is not UTF-8.",
            advice="Choose the .ferrule file that was exported.",
        ) from None
    base = url.rstrip("/").removesuffix(PATH)
    return Request(
        "POST",
        base + PATH,
        query=query,
        headers=(
            ("Authorization", f"Bearer {token.get_secret_value()}"),
            ("Content-Type", _MEDIA_TYPE),
            ("Accept", "application/json"),
        ),
        body=text,
        body_type="text",
        timeout_ms=_TIMEOUT_MS,
    )


def _verdict(response: Response) -> PushVerdict:
    told = _object(response)
    if response.status in _GOOD and "bundle" in told:
        return _taken(response.status, told)
    error = told.get("error")
    if not isinstance(error, dict):
        raise _foreign(response)
    step = error.get("step")
    return PushVerdict(
        ok=False,
        status=response.status,
        code=_text(error.get("code")),
        message=_text(error.get("message")),
        advice=_text(error.get("advice")),
        step=step if isinstance(step, int) else 0,
    )


def _taken(status: int, told: Mapping[str, Json]) -> PushVerdict:
    bundle = told["bundle"]
    if not isinstance(bundle, dict):
        bundle = {}
    listed = bundle.get("connectors")
    named = [
        f"{_text(one.get('id'))}@v{_text(one.get('version'))}"
        for one in (listed if isinstance(listed, list) else ())
        if isinstance(one, dict)
    ]
    return PushVerdict(
        ok=True,
        status=status,
        new=told.get("new") is True,
        bundle=f"{_text(bundle.get('id'))} {_text(bundle.get('version'))}",
        digest=_text(bundle.get("digest")),
        connectors=tuple(named),
        unchanged=_texts(told.get("unchanged")),
        overridden=_texts(told.get("overridden")),
    )


def _object(response: Response) -> Mapping[str, Json]:
    try:
        value = response.json
    except UnreadableResponse:
        value = None
    return value if isinstance(value, dict) else {}


def _foreign(response: Response) -> ExchangeError:
    return ExchangeError(
        f"What answers there is no registry server (status {response.status}).",
        method="POST",
        url=live.url(response.url),
        status=response.status,
        advice="Check the address; a redirect is not followed.",
    )


def _text(value: Json) -> str:
    """Return a text of the server's, as one line that can be shown."""
    text = value if isinstance(value, str) else ""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)[:_SHOWN]


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(map(_text, value)) if isinstance(value, list) else ()
