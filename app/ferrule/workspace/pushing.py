"""Pushing: give a bundle to a registry server and tell its verdict.

The file goes over https, or over http to loopback alone; a redirect is not followed: it
would carry the token away. What is sent is the file, byte for byte.
"""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from ferrule.errors import (
    Cancelled,
    ExchangeError,
    StoreError,
    UnreadableResponse,
    UsageError,
)
from ferrule.exchange import Json, Request, Response
from ferrule.redaction import Hidden, live
from ferrule.workspace.shipping_facts import VerifyStep

if TYPE_CHECKING:  # it brings the network
    from ferrule.transport import Client

PATH: Final = "/api/v1/bundles"
_MEDIA_TYPE: Final = "application/vnd.ferrule.bundle.v1+json"
_TIMEOUT_MS: Final = 120_000
_MOST_ANSWER: Final = 4_000_000
_SHOWN: Final = 500
_TOKEN: Final = re.compile(r"[!-~]+")  # what a header may hold (RFC 9110, 5.5)
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


class Push:
    """One push to the server at `url`: sent once, and ended from another thread.

    `rollback_reason` asks the server to take an older version back; it logs it.
    """

    def __init__(
        self, url: str, path: Path, token: Hidden, *, rollback_reason: str = ""
    ) -> None:
        self._url = url
        self._path = path
        self._token = token
        self._reason = rollback_reason
        self._lock = threading.Lock()
        self._cancelled = False
        self._client: Client | None = None

    def verdict(self) -> PushVerdict:
        """Send the bundle and return the server's verdict.

        Raises:
            StoreError: when the file cannot be read or is too large.
            UsageError: when the address is no server's, or carries the token in clear.
            ExchangeError: when no answer came that is one of a registry server.
            Cancelled: when it was ended; whether the server took it is not known.
        """
        from ferrule.bundle import MAX_BUNDLE  # what draws the button does without
        from ferrule.transport import Client, HostPolicy
        from ferrule.workspace.signing_keys import read_at_most

        live.add(self._token)
        raw = read_at_most(self._path, MAX_BUNDLE)
        request = _request(self._url, raw, self._token, self._reason)
        origin = request.url.removesuffix(urlsplit(request.url).path)
        policy = HostPolicy(confirmed=frozenset({origin}))
        with Client(policy, max_body=_MOST_ANSWER) as client:
            with self._lock:
                self._client = client
                over = self._cancelled
            if over:
                raise Cancelled("It was cancelled before it was sent.")
            return _verdict(client.exchange(request))

    def cancel(self) -> None:
        """End it now: nothing more is sent, and no answer waited for."""
        with self._lock:
            self._cancelled = True
            if self._client is not None:
                self._client.cancel()


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
    return Push(url, path, token, rollback_reason=rollback_reason).verdict()


def steps_of(verdict: PushVerdict) -> tuple[VerifyStep, ...]:
    """Return the thirteen steps as they went at the server; none where it took none."""
    from ferrule.bundle import STEPS

    if not verdict.ok and not verdict.step:
        return ()
    failed = verdict.step if not verdict.ok else len(STEPS) + 1
    return tuple(
        VerifyStep(
            number,
            name,
            None if number > failed else number < failed,
            verdict.message if number == failed else "",
        )
        for number, name in STEPS.items()
    )


def _request(url: str, raw: bytes, token: Hidden, reason: str) -> Request:
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.netloc or "@" in parts.netloc:
        raise UsageError(
            "That is not the address of a server.", advice="Give it as https://HOST"
        )
    if parts.query or parts.fragment:
        raise UsageError("The address of a server has neither query nor fragment.")
    if not _TOKEN.fullmatch(token.get_secret_value()):
        raise UsageError(
            "That is not a token: it holds characters that none has.",
            advice="Copy it whole: ferrule_…, as it was shown when it was made.",
        )
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
