"""Request and Response as plain frozen values, and the one JSON decoder.

Everything between a descriptor and the wire works on these values, so a recorded
response can stand in for a live one anywhere.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cached_property
from typing import Final, Literal, TypeAlias
from urllib.parse import quote, urlencode

import msgspec
from typing_extensions import TypeAliasType

from ferrule.errors import ExchangeError, UnreadableResponse

Json = TypeAliasType(
    "Json",
    "bool | int | float | Decimal | str | list[Json] | dict[str, Json] | None",
)
Pairs: TypeAlias = tuple[tuple[str, str], ...]
BodyType = Literal["json", "form", "multipart", "text", "graphql"]
ArrayFormat = Literal["repeat", "brackets", "comma"]


class Missing(Enum):
    """The value of a place that does not exist, as opposed to null."""

    MISSING = "missing"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing.MISSING


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, before it is bytes.

    `url` holds no query: that is `query`, pairs in order. `body` is JSON for `json`
    and `graphql`, an object of fields for `form` and `multipart`, text for `text`, and
    None for no body. `array_format` is how several values of a parameter are written.
    `timeout_ms` is the total deadline. `sends_credentials` is false for a request that
    must go out bare (a download from another host).
    """

    method: str
    url: str
    query: Pairs = ()
    headers: Pairs = ()
    body: Json = None
    body_type: BodyType | None = None
    timeout_ms: int = 30_000
    sends_credentials: bool = True
    array_format: ArrayFormat | None = None

    @property
    def full_url(self) -> str:
        """Return the URL with its query, RFC 3986 encoded."""
        if not self.query:
            return self.url
        glue = "&" if "?" in self.url else "?"
        return self.url + glue + urlencode(self.query, quote_via=quote)

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any case."""
        return _first(self.headers, name)

    def content(self) -> tuple[str | None, bytes]:
        """Return the content type and the bytes of the body."""
        if self.body is None or self.body_type is None:
            return None, b""
        if self.body_type in {"json", "graphql"}:
            return "application/json", encode(self.body)
        if self.body_type == "form" and isinstance(self.body, dict):
            pairs = [(name, scalar_text(x)) for name, x in _fields(self.body)]
            return "application/x-www-form-urlencoded", urlencode(pairs).encode()
        if self.body_type == "multipart" and isinstance(self.body, dict):
            return _multipart(_part(name, x) for name, x in _fields(self.body))
        return "text/plain; charset=utf-8", scalar_text(self.body).encode()


@dataclass(frozen=True, slots=True)
class Timing:
    """When the steps of an exchange were over, in milliseconds since it began.

    `begun` is when the first of them began: before it the request was put together. A
    kept connection has no `name`, `connect` and `tls`; without TLS `tls` is None.
    """

    begun: float
    name: float | None
    connect: float | None
    tls: float | None
    sent: float
    first_byte: float
    end: float

    @property
    def reused(self) -> bool:
        """Whether the request went over a connection that was open already."""
        return self.connect is None


@dataclass(frozen=True)
class Response:
    """What came back, whole; `headers` keep their order and case.

    `ignored`: a rule of the descriptor says to go on as if nothing had been asked, so
    that it holds no items and ends what it was asked for. `timing` is there where it
    was asked for.
    """

    status: int
    headers: Pairs
    body: bytes
    url: str = ""
    elapsed_ms: float = 0.0
    warnings: list[str] = field(default_factory=list, compare=False)
    ignored: bool = False
    timing: Timing | None = field(default=None, compare=False)

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any case."""
        return _first(self.headers, name)

    @cached_property
    def lower_headers(self) -> Mapping[str, str]:
        """Headers by lower-case name; the last of several wins."""
        return {name.lower(): value for name, value in self.headers}

    @cached_property
    def json(self) -> Json:
        """The decoded body; an empty one is null.

        Raises:
            UnreadableResponse: when the body is not JSON.
        """
        return decode(self.body, self.warnings.append) if self.body.strip() else None


def spread(name: str, texts: list[str], how: ArrayFormat | None) -> Pairs:
    """Return the query of a parameter with several values: `a=1&a=2` unless told."""
    if how == "comma":
        return ((name, ",".join(texts)),) if texts else ()
    suffix = "[]" if how == "brackets" else ""
    return tuple((name + suffix, text) for text in texts)


def _fields(body: Mapping[str, Json]) -> list[tuple[str, Json]]:
    """Return the fields of a form: a list repeats its field, null leaves it out."""
    many = [(k, v if isinstance(v, list) else [v]) for k, v in body.items()]
    return [(k, v) for k, vs in many for v in vs if v is not None]


_UNQUOTABLE = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


def _multipart(parts: Iterable[bytes]) -> tuple[str, bytes]:
    """Return the content type and the bytes of a form in parts (RFC 7578).

    The boundary comes from the parts themselves: equal forms are equal bytes, and it
    cannot stand in a part, because nothing can hold its own digest.
    """
    whole = list(parts)
    boundary = "ferrule-" + hashlib.sha256(b"\0".join(whole)).hexdigest()[:40]
    mark = b"--" + boundary.encode()
    body = b"".join(mark + b"\r\n" + part + b"\r\n" for part in whole)
    return f"multipart/form-data; boundary={boundary}", body + mark + b"--\r\n"


def _part(name: str, value: Json) -> bytes:
    """Return one part: a file for an object with `filename`, JSON for any other."""
    place = f'Content-Disposition: form-data; name="{name.translate(_UNQUOTABLE)}"'
    kind, content = None, scalar_text(value).encode("utf-8", "replace")
    if isinstance(value, dict) and "filename" in value:
        filename = scalar_text(value["filename"]).translate(_UNQUOTABLE)
        place += f'; filename="{filename}"'
        kind = scalar_text(value.get("contentType") or "application/octet-stream")
        content = _file_bytes(name, value)
    elif isinstance(value, dict | list):
        kind = "application/json"
    typed = f"\r\nContent-Type: {kind.translate(_UNQUOTABLE)}" if kind else ""
    return f"{place}{typed}\r\n\r\n".encode("utf-8", "replace") + content


def _file_bytes(name: str, file: Mapping[str, Json]) -> bytes:
    text = scalar_text(file.get("content") or "")
    if file.get("encoding") != "base64":
        return text.encode("utf-8", "replace")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        raise ExchangeError(
            f"The content of the file {name} is not base64.",
            advice="Leave its encoding out where it is plain text.",
        ) from None


def _first(headers: Pairs, name: str) -> str | None:
    wanted = name.lower()
    return next((v for k, v in headers if k.lower() == wanted), None)


def scalar_text(value: Json) -> str:
    """Return a value as it stands in a URL or a text: strings bare, others as JSON."""
    return value if isinstance(value, str) else encode(value).decode()


_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_BOM = b"\xef\xbb\xbf"
_SURROGATE = re.compile(
    rb"(?<!\\)((?:\\\\)*)"
    rb"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
_PAIR_LENGTH = 12


def decode(raw: bytes, warn: Callable[[str], None] | None = None) -> Json:
    """Decode JSON exactly: integers of any size, decimals as Decimal, no NaN.

    A byte order mark is skipped; unpaired surrogate escapes become U+FFFD and are
    told to `warn`. An integer has at most 4,300 digits, Python's own limit.

    Raises:
        UnreadableResponse: when `raw` is not JSON, or nested too deeply.
    """
    body = raw[3:] if raw.startswith(_BOM) else raw
    try:
        return _DECODER.decode(body)  # type: ignore[no-any-return]
    except RecursionError:
        raise _unreadable("The JSON is nested too deeply.", body) from None
    except msgspec.DecodeError as error:
        return _decode_repaired(body, error, warn)
    except UnicodeDecodeError as error:
        raise _unreadable(f"The text is not UTF-8: {error.reason}.", body) from None
    except InvalidOperation:
        raise _unreadable("A number has an exponent out of range.", body) from None


def _decode_repaired(
    body: bytes, error: Exception, warn: Callable[[str], None] | None
) -> Json:
    repaired = _SURROGATE.sub(_replace_unpaired, body)
    if repaired == body:
        raise _unreadable(f"The body is not JSON: {error}.", body) from None
    value = decode(repaired, None)
    if warn is not None:
        warn("Unpaired surrogates were replaced by U+FFFD.")
    return value


def _replace_unpaired(match: re.Match[bytes]) -> bytes:
    if len(match[2]) == _PAIR_LENGTH:
        return match[0]
    return match[1] + b"\\ufffd"


def _unreadable(message: str, body: bytes) -> UnreadableResponse:
    advice = ""
    if body.lstrip()[:1] == b"<":
        advice = "It looks like an HTML or XML page: check the address and the sign-in."
    return UnreadableResponse(message, advice=advice)


def encode(value: object) -> bytes:
    """Return compact JSON; integers of any size and decimals keep their digits."""
    try:
        return _ENCODER.encode(value)
    except OverflowError:
        return _encode_big(value).encode()


def _encode_big(value: object) -> str:
    if isinstance(value, dict):
        members = (f"{_encode_big(k)}:{_encode_big(v)}" for k, v in value.items())
        return "{" + ",".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_encode_big, value)) + "]"
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _ENCODER.encode(value).decode()


_SORTED = msgspec.json.Encoder(decimal_format="number", order="sorted")
# Single bytes, because looking for those is many times faster than for any pattern.
_BEYOND_BMP = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")


def canonical(value: Json) -> bytes:
    """Return the canonical JSON that content hashes are taken over.

    Members are ordered by their UTF-16 code units and strings escaped as RFC 8785
    says; numbers stand as their exact decimal text, so 1 and 1.0 differ and no
    digit is lost.
    """
    try:
        plain = _SORTED.encode(value)
    except OverflowError:
        return _encode_big(_reordered(value)).encode()
    if plain.isascii() or not (_may_differ(plain) and _has_late_key(value)):
        return plain
    return encode(_reordered(value))


def _may_differ(plain: bytes) -> bool:
    """Tell whether code points and UTF-16 units could order the members differently.

    They do only between a character beyond U+FFFF and one from U+E000 to U+FFFF.
    """
    find = plain.find
    if find(b"\xee") < 0 and find(b"\xef") < 0:  # the rarer ones, hence first
        return False
    return any(byte in plain for byte in _BEYOND_BMP)


def _has_late_key(value: Json) -> bool:
    if isinstance(value, dict):
        late = any(max(key, default="") >= "\ue000" for key in value)
        return late or any(map(_has_late_key, value.values()))
    return isinstance(value, list) and any(map(_has_late_key, value))


def _reordered(value: Json) -> Json:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return {key: _reordered(value[key]) for key in keys}
    if isinstance(value, list):
        return [_reordered(element) for element in value]
    return value
