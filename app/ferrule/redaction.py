"""Keep secret values out of logs, the store, errors and the screen.

A `Redactor` knows the secret values that are in use and replaces each of them, in
every encoding in which it may turn up, by eight dots: as it is, URL-quoted in both
styles, JSON-escaped, as Python and HTML write it, and in base64 at any of the three
byte alignments (so `user:value` is found whatever the user is). What is a secret by
its name (an `Authorization` header, a member `password`) is masked whoever knows it.

What is added stays secret until the process ends. Tokens follow one another for days:
of those of one credential only the last are kept, which cover what is in use, what is
stored and what a late line of a log may still hold.

Logging is guarded on the final text of a record: a filter on the message would miss
its arguments and its traceback.
"""

import base64
import html
import json
import logging
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple, Protocol
from urllib.parse import quote, quote_plus, urlsplit, urlunsplit

from ferrule import exchange

MASK: Final = "••••••••"
_ENOUGH = 6
_LINE_ENOUGH = 16
_WINDOW = 1 << 16
KEPT_TOKENS: Final = 48
"""So many values of one credential's tokens: two or three come with each renewal."""
_OUR_OWN = frozenset({"FERRULE_MASTER_KEY", "FERRULE_MASTER_KEY_COMMAND"})
_WORDS = """
    accesskey accesstoken amzsecuritytoken apikey apisecret apitoken appkey
    applicationkey apptoken assertion authorization authtoken bearertoken
    clientassertion clientsecret codeverifier cookie credential credentials
    csrftoken ddapikey ddapplicationkey gitlabtoken idtoken key oauthtoken
    oauthtokensecret passphrase passwd password privatekey privatetoken
    proxyauthorization pwd refreshtoken secret secretaccesskey secretkey
    sessiontoken setcookie sharedsecret sig signature signingkey token vaulttoken
    webhooksecret
"""  # lower case, without an x- before and without - _ . between
_NAMES = frozenset(_WORDS.split())
_SCHEME = re.compile(r"(basic|bearer|token|digest|apikey|negotiate) +\S", re.IGNORECASE)
_MEMBER = re.compile(r'"([A-Za-z0-9_.-]{2,40})"(\s*:\s*)("(?:[^"\\]|\\.)*"?|[0-9]+)')
_PAIR = re.compile(r"(?<![\w%.-])([A-Za-z0-9_.-]{2,40})=([^&\s\"'<>;#]+)")
_PIECE = re.compile(r"(?=[A-Za-z_+/=-]*[0-9])[\w+/=-]{12,}", re.ASCII)
_HEX = re.compile(r"(?<=%)[0-9A-F]{2}|(?<=\\u)[0-9a-f]{4}")  # percent and JSON escapes
_TO_NAME = str.maketrans("", "", "-_. ")


def is_secret_name(name: str) -> bool:
    """Tell whether a header, query or member of that name holds a secret."""
    plain = name.lower().removeprefix("x-").translate(_TO_NAME)
    return plain in _NAMES


def without_our_own(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what opens the vault: no foreign program's."""
    return {k: v for k, v in environment.items() if k not in _OUR_OWN}


class Hidden(Protocol):
    """A secret that is told only when asked for: pydantic's `SecretStr`.

    Named by its form, because importing pydantic would delay the first paint.
    """

    def get_secret_value(self) -> str:
        """Return the secret."""


class _Form(NamedTuple):
    """A spelling of a value, and the longest part of it that has one case only."""

    text: str
    probe: str
    raw: bytes  # the probe, as it stands in a body


class Redactor:
    """Replaces secret values by a mask of fixed width, from any thread."""

    def __init__(self, secrets: Iterable[Hidden | str] = ()) -> None:
        self._lock = threading.RLock()  # what is collected meanwhile may log
        self._known: dict[str, tuple[_Form, ...]] = {}
        self._lasting: set[str] = set()
        self._passing: dict[
            str, dict[str, None]
        ] = {}  # by credential, the oldest first
        self._forms: tuple[_Form, ...] | None = ()
        self._longest = 0
        for value in secrets:
            self.add(value)

    def add(self, value: Hidden | str) -> None:
        """Keep one more value secret from now on; an empty one is ignored."""
        plain = _plain(value)
        with self._lock:
            if plain and plain not in self._lasting:
                self._lasting.add(plain)
                self._learn(plain)

    def add_passing(self, value: Hidden | str, of: str = "") -> None:
        """Keep a token secret until `KEPT_TOKENS` others of its credential came later.

        `of` names the credential. One that is added again counts as the latest: so the
        one in use and the one that is stored never go.
        """
        plain = _plain(value)
        if not plain:
            return
        with self._lock:
            ring = self._passing.setdefault(of, {})
            ring.pop(plain, None)
            ring[plain] = None
            self._learn(plain)
            if len(ring) > KEPT_TOKENS:
                oldest = next(iter(ring))
                del ring[oldest]
                self._forget(oldest)

    def raw(self, raw: bytes) -> bytes:
        """Return bytes of any kind without any of the values.

        Looking for plain bytes first is a hundred times faster than any pattern: a body
        of 10 MB that holds none is the same object.
        """
        if not self._is_in(raw):
            return raw
        text = raw.decode("utf-8", "surrogateescape")
        masked = self.text(text)
        return raw if masked == text else masked.encode("utf-8", "surrogateescape")

    def text(self, text: str) -> str:
        """Return `text` without any of the values.

        Only what may be there becomes a pattern: most texts hold no secret, and one for
        all values costs more to make than a thousand looks.
        """
        found = [form.text for form in self._all() if form.probe in text]
        if not found:
            return text
        pattern = _pattern(tuple(found))
        if len(text) <= _WINDOW:
            return pattern.sub(MASK, text)
        return "".join(_masked(pattern, text, self._longest))

    def pieces(self, text: str) -> str:
        """Return `text` where no word is a part of one of the values.

        What is shorter than 12 characters, or has no digit, may be any word.
        """
        known = tuple(self._known)

        def masked(match: re.Match[str]) -> str:
            return MASK if any(match[0] in plain for plain in known) else match[0]

        return _PIECE.sub(masked, text) if known else text

    def environment(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return the variables that a foreign program may have: none with a secret."""
        foreign = without_our_own(environment)
        return {name: text for name, text in foreign.items() if self.text(text) == text}

    def _learn(self, plain: str) -> None:
        if plain not in self._known:
            forms = tuple(_Form(*one) for one in _spelt(plain))
            self._known[plain] = forms
            self._longest = max(self._longest, *(len(one.text) for one in forms))
            self._forms = None

    def _forget(self, plain: str) -> None:
        rings = self._passing.values()
        if plain not in self._lasting and not any(plain in ring for ring in rings):
            del self._known[plain]
            self._forms = None

    def _all(self) -> tuple[_Form, ...]:
        """Return the spellings of all values, gathered when they are needed."""
        forms = self._forms
        if forms is None:
            with self._lock:
                every = (one for forms in self._known.values() for one in forms)
                forms = self._forms = tuple(every)
        return forms

    def _is_in(self, raw: bytes) -> bool:
        """Tell whether bytes may hold one of the values, in any encoding."""
        most = _WINDOW + self._longest * 4  # bytes of a character
        windows = (raw[start : start + most] for start in range(0, len(raw), _WINDOW))
        forms = self._all()
        return any(form.raw in window for window in windows for form in forms)

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


@lru_cache(maxsize=64)
def _pattern(forms: tuple[str, ...]) -> re.Pattern[str]:
    """Return one pattern for all these spellings, the longest first."""
    ordered = sorted(forms, key=len, reverse=True)
    return re.compile("|".join(map(_as_pattern, ordered)))


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


def _spelt(value: str) -> Iterator[tuple[str, str, bytes]]:
    """Yield each spelling of a value, and what stands in it whatever the case is.

    The digits of an escape may be capitals or not; what is between two is as it is.
    """
    for form in _forms(value):
        probe = max(_HEX.split(form), key=len)
        yield form, probe, probe.encode("utf-8", "surrogatepass")


def _forms(value: str) -> frozenset[str]:
    found = {value, *_escaped(value)}
    digits = value.encode("utf-8", "surrogatepass").hex()
    if len(digits) >= _LINE_ENOUGH:  # of less, a number may look like it
        found |= {digits, digits.upper()}
    # Basic of an OAuth client encodes both parts first (RFC 6749, section 2.3.1).
    for told in (value, quote_plus(value, errors="surrogatepass")):
        for core in _base64_cores(told.encode("utf-8", "surrogatepass")):
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
        yield json.dumps(escaped, ensure_ascii=ascii_only)[1:-1]  # JSON told in JSON
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


def _plain(value: Hidden | str) -> str:
    return value if isinstance(value, str) else value.get_secret_value()


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
        self._guard()

    def add_passing(self, value: Hidden | str, of: str = "") -> None:
        """Keep a token secret, in logs too, until many others of its kind came."""
        super().add_passing(value, of)
        self._guard()

    def _guard(self) -> None:
        if not self._guards:
            self._guards = True
            guard_logging(self)
            _guard_later_handlers(self)


live: Final = _Live()
"""The process-wide registry: whoever reads a secret adds it here first."""


def guard_logging(redactor: Redactor = live) -> None:
    """Wrap every handler there is, and silence what logs URLs, headers and tokens.

    Call it again after handlers were added: one that is wrapped already stays.
    """
    for name in ("httpx", "httpcore", "authlib"):
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
