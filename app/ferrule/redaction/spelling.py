"""How a value may be spelt where it turns up, and one pattern for many spellings."""

import base64
import html
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, quote_plus

_ENOUGH = 6
_LINE_ENOUGH = 16
_HEX = re.compile(r"(?<=%)[0-9A-F]{2}|(?<=\\u)[0-9a-f]{4}")  # percent and JSON escapes


class Form(NamedTuple):
    """A spelling of a value, and the longest part of it that has one case only."""

    text: str
    probe: str
    raw: bytes  # the probe, as it stands in a body


@lru_cache(maxsize=64)
def pattern_of(forms: tuple[str, ...]) -> re.Pattern[str]:
    """Return one pattern for all these spellings, the longest first."""
    ordered = sorted(forms, key=len, reverse=True)
    return re.compile("|".join(map(_as_pattern, ordered)))


def _as_pattern(form: str) -> str:
    escaped = _HEX.sub(_any_case, re.escape(form))
    return escaped if len(form) >= _ENOUGH else rf"(?<!\w){escaped}(?!\w)"


def _any_case(digits: re.Match[str]) -> str:
    return "".join(f"[{d.lower()}{d.upper()}]" if d.isalpha() else d for d in digits[0])


def spelt(value: str) -> Iterator[Form]:
    """Yield each spelling of a value, and what stands in it whatever the case is.

    The digits of an escape may be capitals or not; what is between two is as it is.
    """
    for form in forms(value):
        probe = max(_HEX.split(form), key=len)
        yield Form(form, probe, probe.encode("utf-8", "surrogatepass"))


def forms(value: str) -> frozenset[str]:
    """Return a value in every encoding in which it may turn up."""
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
