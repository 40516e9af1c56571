"""Secret values, and everything that may hold one without any of them."""

import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Protocol
from urllib.parse import urlsplit, urlunsplit

from ferrule import exchange
from ferrule.redaction import names
from ferrule.redaction.names import MASK, is_secret_name, without_our_own
from ferrule.redaction.spelling import Form, pattern_of, spelt

_WINDOW = 1 << 16  # characters that are searched at once
KEPT_TOKENS: Final = 48
"""So many values of one credential's tokens: two or three come with each renewal."""
_SCHEME = re.compile(r"(basic|bearer|token|digest|apikey|negotiate) +\S", re.IGNORECASE)
_PIECE = re.compile(r"(?=[A-Za-z_+/=-]*[0-9])[\w+/=-]{12,}", re.ASCII)


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
        self._known: dict[str, tuple[Form, ...]] = {}
        self._lasting: set[str] = set()
        # By credential, the oldest first.
        self._passing: dict[str, dict[str, None]] = {}
        self._forms: tuple[Form, ...] | None = ()
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
        pattern = pattern_of(tuple(found))
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
            forms = tuple(spelt(plain))
            self._known[plain] = forms
            self._longest = max(self._longest, *(len(one.text) for one in forms))
            self._forms = None

    def _forget(self, plain: str) -> None:
        rings = self._passing.values()
        if plain not in self._lasting and not any(plain in ring for ring in rings):
            del self._known[plain]
            self._forms = None

    def _all(self) -> tuple[Form, ...]:
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
        return names.loose(self.text(text))

    def url(self, url: str) -> str:
        """Return a URL to show: no userinfo, no fragment, no secret in its query."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return self.loose(url)
        host = parts.netloc.rpartition("@")[2]
        query = names.query(self.text(parts.query))
        bare = (parts.scheme, host, self.text(parts.path), "", "")
        return self.text(urlunsplit(bare)) + (f"?{query}" if query else "")


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


def _plain(value: Hidden | str) -> str:
    return value if isinstance(value, str) else value.get_secret_value()
