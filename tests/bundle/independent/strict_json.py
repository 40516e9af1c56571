"""Strict JSON and base64 as docs/bundle-format.md has them; no other parser is used."""

import base64
import binascii
import math
import re
from collections.abc import Iterator

DEPTH, PARTS, NUMBER = 64, 100_000, 64
TOKEN = re.compile(
    r"[ \t\n\r]*+(?:"
    r"(?P<mark>[\[\]{},:])"
    r'|(?P<text>"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*+)*+")'
    r"|(?P<number>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)"
    r"|(?P<word>true|false|null)"
    r"|(?P<end>\Z))"
)
ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))")
SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
WORDS = {"true": True, "false": False, "null": None}


class RefusedError(Exception):
    """Something is not as the page says."""


def need(condition: object, why: str) -> None:
    if not condition:
        raise RefusedError(why)


def read(raw: bytes, limit: int) -> object:
    """The value of a whole document; a number without point and exponent is an int."""
    need(len(raw) <= limit, "too large")
    need(not raw.startswith(b"\xef\xbb\xbf"), "byte order mark")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError("not UTF-8") from error
    reader = _Reader(text)
    value = reader.value(*next(reader.tokens), 0)
    need(next(reader.tokens)[0] == "end", "something after the value")
    return value


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = self._tokens(text)
        self.parts = 0

    def _tokens(self, text: str) -> Iterator[tuple[str, str]]:
        at = 0
        while True:
            found = TOKEN.match(text, at)
            need(found, "not JSON")
            kind, token = found.lastgroup, found[found.lastgroup]
            self.parts += token in {",", "[", "{"}
            need(self.parts <= PARTS, "too many parts")
            yield kind, token
            at = found.end()

    def value(self, kind: str, token: str, depth: int) -> object:
        need(depth + (token in {"[", "{"}) <= DEPTH, "too deep")
        match kind, token:
            case "mark", "[":
                return self._array(depth + 1)
            case "mark", "{":
                return self._object(depth + 1)
            case "text", _:
                return _text(token)
            case "number", _:
                return _number(token)
            case "word", _:
                return WORDS[token]
        raise RefusedError("no value where one must be")

    def _array(self, depth: int) -> list[object]:
        found: list[object] = []
        token = next(self.tokens)
        if token == ("mark", "]"):
            return found
        while True:
            found.append(self.value(*token, depth))
            if self._ends("]"):
                return found
            token = next(self.tokens)

    def _object(self, depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        token = next(self.tokens)
        if token == ("mark", "}"):
            return found
        while True:
            need(token[0] == "text", "a member without a name")
            name = _text(token[1])
            need(name not in found, "a member twice")
            need(next(self.tokens) == ("mark", ":"), "no colon")
            found[name] = self.value(*next(self.tokens), depth)
            if self._ends("}"):
                return found
            token = next(self.tokens)

    def _ends(self, closing: str) -> bool:
        token = next(self.tokens)
        need(token in {("mark", closing), ("mark", ",")}, "neither comma nor end")
        return token[1] == closing


def _text(token: str) -> str:
    units = ESCAPE.sub(_unescaped, token[1:-1])
    try:  # two escapes may be one character; half of one is none
        return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError as error:
        raise RefusedError("an unpaired surrogate") from error


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else SHORT.get(found[2], found[2])


def _number(token: str) -> int | float:
    need(len(token) <= NUMBER, "a number of too many characters")
    need(math.isfinite(float(token)), "a number that is not finite")
    return float(token) if set(token) & set(".eE") else int(token)


def unbase64(text: str) -> bytes:
    need(re.fullmatch(r"[A-Za-z0-9+/]*={0,2}|[A-Za-z0-9_-]*={0,2}", text), "base64")
    need(len(text) % 4 == 0, "base64 without its padding")
    plain = text.translate(str.maketrans("-_", "+/"))
    try:
        content = base64.b64decode(plain, validate=True)
    except binascii.Error as error:
        raise RefusedError("base64") from error
    need(base64.b64encode(content).decode() == plain, "unused bits of base64")
    return content
