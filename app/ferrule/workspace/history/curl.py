"""A kept exchange as a cURL line: what was masked is a variable of the shell.

Nothing is brought back: the history never held it. `$API_KEY` is for whoever runs it.
"""

import re
import shlex
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from ferrule.exchange import Pairs
from ferrule.redaction import MASK

_NOT_NAME = re.compile(r"[^A-Za-z0-9]+")


class Asked(Protocol):
    """A request as it is shown, its secrets masked."""

    @property
    def method(self) -> str:
        """The method."""

    @property
    def url(self) -> str:
        """The address with its query."""

    @property
    def request_headers(self) -> Pairs:
        """The headers."""

    @property
    def request_body(self) -> str:
        """The body as text."""


def as_curl(kept: Asked) -> str:
    """Return the request as one command for a POSIX shell."""
    words = ["curl"]
    if kept.method != "GET":
        words += ["-X", shlex.quote(kept.method)]
    words.append(_quoted(kept.url, _name_in_url(kept.url)))
    for name, value in kept.request_headers:
        words += ["-H", _quoted(f"{name}: {value}", name)]
    if kept.request_body:
        words += ["--data-raw", _quoted(kept.request_body, "SECRET")]
    return " ".join(words)


def _name_in_url(url: str) -> str:
    query = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return next((name for name, value in query if MASK in value), "SECRET")


def _quoted(text: str, name: str) -> str:
    """Return a text for the shell, its masked parts as `$NAME`."""
    variable = _NOT_NAME.sub("_", name).strip("_").upper() or "SECRET"
    if variable == "AUTHORIZATION":
        variable = "TOKEN"
    parts = text.split(MASK)
    glue = f'"${variable}"'
    return glue.join(shlex.quote(part) if part else "" for part in parts) or "''"
