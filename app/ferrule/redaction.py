"""Keep secret values out of logs, the store, errors and the screen.

A `Redactor` knows the secret values that are in use and replaces each of them, in
every encoding in which it may turn up, by eight dots: as it is, URL-quoted in both
styles, JSON-escaped, as Python and HTML write it, and in base64 at any of the three
byte alignments (so `user:value` is found whatever the user is). What is a secret by
its name (an `Authorization` header, a member `password`) is masked whoever knows it.

Logging is guarded on the final text of a record: a filter on the message would miss
its arguments and its traceback.
"""

import base64
import html
import json
import logging
import re
import threading
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, Protocol
from urllib.parse import quote, quote_plus, urlsplit, urlunsplit

from ferrule import exchange

MASK: Final = "••••••••"
_ENOUGH = 6
_LINE_ENOUGH = 16
_WINDOW = 1 << 16
_NAMES = frozenset(
    {
        "accesskey",
        "accesstoken",
        "amzsecuritytoken",
        "apikey",
        "apisecret",
        "apitoken",
        "appkey",
        "applicationkey",
        "apptoken",
        "assertion",
        "authorization",
        "authtoken",
        "bearertoken",
        "clientassertion",
        "clientsecret",
        "codeverifier",
        "cookie",
        "credential",
        "credentials",
        "csrftoken",
        "ddapikey",
        "ddapplicationkey",
        "gitlabtoken",
        "idtoken",
        "key",
        "oauthtoken",
        "oauthtokensecret",
        "passphrase",
        "passwd",
        "password",
        "privatekey",
        "privatetoken",
        "proxyauthorization",
        "pwd",
        "refreshtoken",
        "secret",
        "secretaccesskey",
        "secretkey",
        "sessiontoken",
        "setcookie",
        "sharedsecret",
        "sig",
        "signature",
        "signingkey",
        "token",
        "vaulttoken",
        "webhooksecret",
    }
)  # lower case, without an x- before and without - _ . between
_SCHEME = re.compile(r"(basic|bearer|token|digest|apikey|negotiate) +\S", re.IGNORECASE)
_MEMBER = re.compile(r'"([A-Za-z0-9_.-]{2,40})"(\s*:\s*)("(?:[^"\\]|\\.)*"?|[0-9]+)')
_PAIR = re.compile(r"(?<![\w%.-])([A-Za-z0-9_.-]{2,40})=([^&\s\"'<>;#]+)")
_HEX = re.compile(r"(?<=%)[0-9A-F]{2}|(?<=\\u)[0-9a-f]{4}")  # percent and JSON escapes
_TO_NAME = str.maketrans("", "", "-_. ")


def is_secret_name(name: str) -> bool:
    """Tell whether a header, query or member of that name holds a secret."""
    plain = name.lower().removeprefix("x-").translate(_TO_NAME)
    return plain in _NAMES


class Hidden(Protocol):
    """A secret that is told only when asked for: pydantic's `SecretStr`.

    Named by its form, because importing pydantic would delay the first paint.
    """

    def get_secret_value(self) -> str:
        """Return the secret."""


class Redactor:
    """Replaces secret values by a mask of fixed width, from any thread."""

    def __init__(self, secrets: Iterable[Hidden | str] = ()) -> None:
        self._lock = threading.RLock()  # what is collected meanwhile may log
        self._values: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self._stale = False
        self._needles: tuple[bytes, ...] = ()
        self._longest = 0
        for value in secrets:
            self.add(value)

    def add(self, value: Hidden | str) -> None:
        """Keep one more value secret from now on; an empty one is ignored."""
        plain = value if isinstance(value, str) else value.get_secret_value()
        with self._lock:
            if plain and plain not in self._values:
                self._values.add(plain)
                self._needles += tuple(_needles(plain))
                self._longest = max(map(len, self._needles), default=0)
                self._stale = True

    def raw(self, raw: bytes) -> bytes:
        """Return bytes of any kind without any of the values.

        Looking for plain bytes first is a hundred times faster than any pattern: a body
        of 10 MB that holds none is the same object.
        """
        if not self._is_in(raw):
            return raw
        text = raw.decode("utf-8", "surrogateescape")
        return self.text(text).encode("utf-8", "surrogateescape")

    def text(self, text: str) -> str:
        """Return `text` without any of the values."""
        pattern = self._whole_pattern()
        if pattern is None:
            return text
        if len(text) <= _WINDOW:
            return pattern.sub(MASK, text)
        return "".join(_masked(pattern, text, self._longest))

    def _whole_pattern(self) -> re.Pattern[str] | None:
        """Return the pattern of all values, made when it is needed.

        Many values may come before: a token that is renewed is one more each time.
        """
        if self._stale:
            with self._lock:
                self._pattern, self._stale = _pattern(self._values), False
        return self._pattern

    def _is_in(self, raw: bytes) -> bool:
        """Tell whether bytes hold one of the values, in any encoding."""
        most = _WINDOW + self._longest
        windows = (raw[start : start + most] for start in range(0, len(raw), _WINDOW))
        needles = self._needles
        return any(needle in window for window in windows for needle in needles)

    def pairs(self, pairs: "exchange.Pairs") -> "exchange.Pairs":
        """Return headers or a query without the values and the secrets by name."""
        return tuple((self.text(name), self._pair(name, v)) for name, v in pairs)

    def _pair(self, name: str, value: str) -> str:
        if not value or not is_secret_name(name):
            return self.text(value)
        scheme = _SCHEME.match(value)
        return f"{scheme[1]} {MASK}" if scheme else MASK

    def json(self, value: "exchange.Json") -> "exchange.Json":
        """Return a JSON value without the values and the secrets by member name."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.json(element) for element in value]
        if isinstance(value, dict):
            return {self.text(k): self._member(k, v) for k, v in value.items()}
        return value

    def _member(self, name: str, value: "exchange.Json") -> "exchange.Json":
        if value is None or isinstance(value, bool | list | dict):
            return self.json(value)
        return MASK if is_secret_name(name) and value != "" else self.json(value)

    def loose(self, text: str) -> str:
        """Return a text of any kind, where what looks like a named secret is masked."""
        masked = _MEMBER.sub(_mask_member, self.text(text))
        return _PAIR.sub(_mask_pair, masked)

    def url(self, url: str) -> str:
        """Return a URL to show: no userinfo, no fragment, no secret in its query."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return self.loose(url)
        host = parts.netloc.rpartition("@")[2]
        query = _PAIR.sub(_mask_pair, self.text(parts.query))
        bare = (parts.scheme, host, self.text(parts.path), "", "")
        return self.text(urlunsplit(bare)) + (f"?{query}" if query else "")


def _mask_member(match: re.Match[str]) -> str:
    if not is_secret_name(match[1]):
        return match[0]
    return f'"{match[1]}"{match[2]}"{MASK}"'


def _mask_pair(match: re.Match[str]) -> str:
    return f"{match[1]}={MASK}" if is_secret_name(match[1]) else match[0]


def _pattern(values: Iterable[str]) -> re.Pattern[str] | None:
    """Return one pattern for all encodings of all values, the longest first."""
    forms = {form for value in values for form in _forms(value)}
    ordered = sorted(forms, key=len, reverse=True)
    return re.compile("|".join(map(_as_pattern, ordered))) if ordered else None


def _masked(pattern: re.Pattern[str], text: str, longest: int) -> Iterator[str]:
    """Yield the parts of a masked text, searched in windows.

    A search holds the interpreter's lock, and over all of a large body takes seconds.
    """
    done = 0
    for start in range(0, len(text), _WINDOW):
        stop = start + _WINDOW
        for match in pattern.finditer(text, max(start, done), stop + longest + 1):
            if match.start() >= stop:
                break
            yield text[done : match.start()]
            yield MASK
            done = match.end()
    yield text[done:]


def _as_pattern(form: str) -> str:
    escaped = _HEX.sub(_any_case, re.escape(form))
    return escaped if len(form) >= _ENOUGH else rf"(?<!\w){escaped}(?!\w)"


def _any_case(digits: re.Match[str]) -> str:
    return "".join(f"[{d.lower()}{d.upper()}]" if d.isalpha() else d for d in digits[0])


def _needles(value: str) -> Iterator[bytes]:
    """Yield the bytes of every encoding of a value, escapes in either case."""
    for form in _forms(value):
        for text in {form, _HEX.sub(lambda found: found[0].lower(), form),
                     _HEX.sub(lambda found: found[0].upper(), form)}:  # fmt: skip
            yield text.encode("utf-8", "surrogatepass")


@lru_cache(maxsize=256)
def _forms(value: str) -> frozenset[str]:
    found = {value, *_escaped(value)}
    encoded = value.encode("utf-8", "surrogatepass")
    for core in _base64_cores(encoded):
        found |= {core, quote(core, safe=""), core.replace("/", r"\/")}
    if "\n" in value:
        lines = (line.strip() for line in value.splitlines())
        found |= {line for line in lines if len(line) >= _LINE_ENOUGH}
    return frozenset(found)


def _escaped(value: str) -> Iterator[str]:
    yield quote(value, safe="", errors="surrogatepass")
    yield quote(value, safe="/", errors="surrogatepass")
    yield quote_plus(value, errors="surrogatepass")
    for ascii_only in (True, False):
        escaped = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
        yield escaped
        yield escaped.replace("/", r"\/")
    yield repr(value)[1:-1]
    yield html.escape(value)


def _base64_cores(value: bytes) -> Iterator[str]:
    """Yield the characters of base64 that `value` alone decides, at each alignment.

    `offset` bytes before it shift it by as many; the characters that hold bits of
    those, or of what follows, are left out.
    """
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + value).decode()
        core = encoded[(0, 2, 3)[offset] : (offset + len(value)) * 8 // 6]
        if len(core) >= _ENOUGH:
            yield core
            yield core.translate(str.maketrans("+/", "-_"))


class RedactingFormatter(logging.Formatter):
    """Lets another formatter write a record, then redacts the whole text."""

    def __init__(self, inner: logging.Formatter | None, redactor: Redactor) -> None:
        super().__init__()
        self.inner = inner or logging.Formatter()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's text, traceback included, without any secret."""
        return self._redactor.text(self.inner.format(record))


class _Live(Redactor):
    """Guards logging with the first secret there is: no program need remember to."""

    _guards = False

    def add(self, value: Hidden | str) -> None:
        """Keep one more value secret from now on, in logs too."""
        super().add(value)
        if not self._guards:
            self._guards = True
            guard_logging(self)
            _guard_later_handlers(self)


live: Final = _Live()
"""The process-wide registry: whoever reads a secret adds it here first."""


def guard_logging(redactor: Redactor = live) -> None:
    """Wrap every handler there is, and silence what logs URLs and headers.

    Call it again after handlers were added: one that is wrapped already stays.
    """
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for handler in _handlers():
        if not isinstance(handler.formatter, RedactingFormatter):
            handler.setFormatter(RedactingFormatter(handler.formatter, redactor))


def _guard_later_handlers(redactor: Redactor) -> None:
    """Redact what any handler writes, those too that are added later.

    `logging.exception` makes one by itself where there is none.
    """
    written = logging.Handler.format

    def redacted(handler: logging.Handler, record: logging.LogRecord) -> str:
        return redactor.text(written(handler, record))

    logging.Handler.format = redacted  # type: ignore[method-assign, assignment]  # no other place sees them all


def _handlers() -> Iterator[logging.Handler]:
    yield from logging.getLogger().handlers
    if logging.lastResort is not None:
        yield logging.lastResort
    for known in logging.Logger.manager.loggerDict.values():
        if isinstance(known, logging.Logger):
            yield from known.handlers
