"""The exact request of a call, to be looked at: always possible, nothing secret in it.

The credential is not in the request that is shown: where it will go is told by masks.
"""

import unicodedata
from dataclasses import replace
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from pydantic import SecretStr

from ferrule.auth import Secrets
from ferrule.descriptor.model import Connector
from ferrule.errors import FerruleError
from ferrule.exchange import Request
from ferrule.redaction import MASK, live
from ferrule.workspace.clients import host_policy
from ferrule.workspace.tools.calls import Call
from ferrule.workspace.tools.facts import Preview

LONGEST_BODY: Final = 64_000
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_BLANK: Final = frozenset("\u115f\u1160\u3164\uffa0")  # letters that are not seen
_SELECTORS: Final = range(0xE0100, 0xE01F0)  # marks that are not seen, one for a byte


def preview(call: Call, allow_http: tuple[str, ...] = ()) -> Preview:
    """Return the request of a call as it may be shown to anybody."""
    request = call.request
    kind, raw = request.content()
    parts = urlsplit(request.full_url)
    body = visible(live.text(raw.decode("utf-8", "replace")))
    shown = _with_masks(call.connector, request)
    headers = live.pairs(shown.headers)
    if kind is not None and request.header("content-type") is None:
        headers = (*headers, ("Content-Type", kind))
    return Preview(
        connection=call.connection.key,
        tool=call.tool.name,
        effect=call.tool.deed,
        method=request.method,
        host=visible(live.text(parts.netloc.rpartition("@")[2])),
        path=visible(live.text(unquote(parts.path) or "/")),
        url=visible(live.url(shown.full_url).replace(quote(MASK), MASK)),
        headers=tuple((visible(name), visible(value)) for name, value in headers),
        body=body[:LONGEST_BODY],
        body_left_out=max(len(body) - LONGEST_BODY, 0),
        digest=call.digest,
        asks=call.tool.asks,
        waived=call.waived,
        word=call.word,
        trouble=_trouble(call, allow_http),
    )


def effect_lines(shown: Preview) -> list[str]:
    """Return the exact effect in lines: what is sent where."""
    lines = [f"{shown.method} {shown.url}", f"  host: {shown.host}"]
    lines += [f"  {name}: {value}" for name, value in shown.headers]
    if shown.body:
        lines += ["", *shown.body.splitlines()]
    if shown.body_left_out:
        lines.append(f"… and {shown.body_left_out:,} characters more")
    return lines


def visible(text: str) -> str:
    """Return a text in which nothing is hidden from who reads it.

    Characters that move the cursor, turn the direction of writing or have no width
    stand as their escapes: an argument must not be able to write over what it does.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if _shows(c) else _escape(c) for c in text)


def _shows(char: str) -> bool:
    if char in _BLANK or ord(char) in _SELECTORS:
        return False
    return char in "\n\t" or unicodedata.category(char) not in _HIDDEN


def _escape(char: str) -> str:
    """Return the escape of a character as JSON has it: in two where it is beyond."""
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _trouble(call: Call, allow_http: tuple[str, ...]) -> str:
    """Return why a call would not be sent; empty where nothing is known."""
    if not call.connection.enabled:
        return "The connection is disabled."
    where = host_policy(call.connector, call.connection.config, allow_http)
    try:
        where.check(call.request.url)
    except FerruleError as error:
        return live.text(str(error))
    return ""


def _with_masks(connector: Connector, request: Request) -> Request:
    """Return the request with masks where its credential will stand, if that is known.

    A sign-in that computes what it sends (a signature, a token) has no place for them.
    """
    auth = connector.sign_in
    masks: Secrets = {f.key: SecretStr(MASK) for f in auth.credential_fields}
    if auth.uses_tokens or auth.signs_each:
        return replace(request, headers=(*request.headers, ("Authorization", MASK)))
    try:
        return auth.authorise(request, masks)
    except FerruleError:
        return request
