"""Addresses of the input: where the base ends and the path begins.

The base becomes a configuration field, so that a connection can be pointed elsewhere; a
host that is only partly named stays a template where the host can still be derived.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote

from ferrule.errors import InterchangeError
from ferrule.exchange import Json, Pairs
from ferrule.interchange.kind import Notes
from ferrule.interchange.literal import compact, only_variable, variables

_PARTS = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?P<authority>[^/?#]*)"
    r"(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:\#(?P<fragment>.*))?",
    re.DOTALL,
)
_LABEL = r"(?!-)[A-Za-z0-9_-]{1,63}"
_HOST = re.compile(
    rf"({_LABEL}(\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]{{2,45}}\])(:[0-9]{{1,5}})?"
)
_FIXED = re.compile(
    rf"[A-Za-z0-9-]*\{{\{{[A-Za-z0-9_-]+\}}\}}[A-Za-z0-9-]*\.({_LABEL}\.)+[A-Za-z]{{2,63}}"
)
_HIGHEST_PORT = 65_535
_LONGEST = 8_000
_PATH_SAFE = "/%:@!$&'()*+,;=~-._{}"


@dataclass(frozen=True, slots=True)
class Address:
    """An address in its parts; `base` is scheme and host, empty where it is unknown.

    `user` is what stood before the @; `path` is encoded and begins with a slash.
    """

    base: str
    path: str
    query: Pairs
    user: str = ""


def read_address(text: str, notes: Notes) -> Address:
    """Return the parts of an address, which may begin with a `{{variable}}`.

    Raises:
        InterchangeError: when it is no http address.
    """
    match = _PARTS.fullmatch(compact(text.strip()))
    if match is None or len(text) > _LONGEST:
        raise _no_address()
    path = encoded_path(match["path"])
    if match["fragment"]:
        notes.drop("#", "What stands after # is never sent.")
    user, _, host = match["authority"].rpartition("@")
    base = _base(match["scheme"], host, notes)
    return Address(base, path, query_of(match["query"] or "", notes), unquote(user))


def encoded_path(path: str) -> str:
    """Return a path with a slash at its beginning and everything unsafe encoded."""
    clean = quote(path, safe=_PATH_SAFE, errors="replace").replace("://", ":%2F/")
    return "/" + clean.lstrip("/")


def query_of(text: str, notes: Notes) -> Pairs:
    """Return the pairs of a query."""
    pairs: Pairs = tuple(parse_qsl(text, keep_blank_values=True))
    bare = [part for part in text.split("&") if part and "=" not in part]
    if bare:
        notes.change("?", "A parameter without a value is sent with an equals sign.")
    if "\ufffd" in str(pairs) and "\ufffd" not in text:
        notes.change("?", "Bytes that are not UTF-8 were replaced.")
    return pairs


def base_field(base: str) -> dict[str, Json]:
    """Return the configuration field of the base address."""
    field: dict[str, Json] = {
        "key": "baseUrl",
        "label": "Base URL",
        "type": "url",
        "required": True,
    }
    return field | ({"default": base} if base else {})


def _base(scheme: str | None, host: str, notes: Notes) -> str:
    if scheme is not None and scheme.lower() not in {"http", "https"}:
        raise _no_address()
    if scheme is None and only_variable(host):
        notes.change("URL", "The variable it begins with is the base URL field.")
        return ""
    if scheme is None:
        notes.change("URL", "It names no scheme: https is taken.")
    chosen = (scheme or "https").lower()
    if "{{" in host:
        return _open_base(chosen, host, notes)
    if not is_host(host):
        host = _ascii(host)
    return f"{chosen}://{host.lower()}"


def _open_base(scheme: str, host: str, notes: Notes) -> str:
    if len(variables(host)) == 1 and _FIXED.fullmatch(host):
        return f"{scheme}://{host}"
    notes.change("URL", "Its host is a variable: give the base URL as a whole.")
    return ""


def is_host(text: str) -> bool:
    """Tell whether a text is a host, with or without a port."""
    if not _HOST.fullmatch(text):
        return False
    port = text.rpartition(":")[2]
    return not port.isdigit() or ":" not in text or int(port) <= _HIGHEST_PORT


def _ascii(host: str) -> str:
    """Return an international host name in its ASCII form (RFC 3490)."""
    name, colon, port = host.partition(":")
    try:
        ascii_name = name.encode("idna").decode()
    except UnicodeError:
        raise _no_address() from None
    whole = ascii_name + colon + port
    if not is_host(whole):
        raise _no_address()
    return whole


def _no_address() -> InterchangeError:
    return InterchangeError(
        "There is no http address in it.",
        advice="It begins with https:// and a host, and is at most 8,000 long.",
    )
