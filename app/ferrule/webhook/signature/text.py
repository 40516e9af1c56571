"""The signed text of a call: the parts of a template, joined as bytes.

Nothing is searched or replaced in what a call brought, and the body is its raw bytes.
"""

from collections.abc import Callable
from typing import Final, TypeAlias
from urllib.parse import parse_qsl

import msgspec

from ferrule.auth import WebhookSecretConfig
from ferrule.auth.signed_text import WHOLE_BODY, TextPart, parse_signed_text
from ferrule.errors import FerruleError
from ferrule.exchange import MISSING, Json, decode, scalar_text
from ferrule.expression.jsonpath import compile_path
from ferrule.webhook.incoming import Incoming
from ferrule.webhook.signature.header import only_value
from ferrule.webhook.signature.verdict import Refused

_FORM: Final = "application/x-www-form-urlencoded"


class Call(msgspec.Struct, frozen=True, gc=False):
    """A call and the text of its signed time, "" where none is signed.

    `document` is its body as JSON where parts of that are signed; None for no JSON.
    """

    incoming: Incoming
    time: str
    document: Json = None


Piece: TypeAlias = Callable[[Call], bytes]


class SignedText(msgspec.Struct, frozen=True):
    """A compiled template; `has_time` tells whether the signed time stands in it."""

    pieces: tuple[Piece, ...]
    has_time: bool
    reads_body: bool = False

    def of(self, incoming: Incoming, time: str) -> bytes:
        """Return the bytes that a signature covers.

        Raises:
            Refused: when a header that is covered is missing or there twice.
        """
        document = _document(incoming.body) if self.reads_body else None
        call = Call(incoming, time, document)
        return b"".join([piece(call) for piece in self.pieces])


def _body(call: Call) -> bytes:
    return call.incoming.body


def _time(call: Call) -> bytes:
    return header_bytes(call.time)


def _url(call: Call) -> bytes:
    return header_bytes(call.incoming.url)


def _method(call: Call) -> bytes:
    return header_bytes(call.incoming.method.upper())


def _form_sorted(call: Call) -> bytes:
    """Join the different fields of a form, sorted, names and values without a sign.

    As Twilio's libraries do: a field that came twice with one value counts once.
    """
    text = call.incoming.body.decode("utf-8", "replace")
    fields = parse_qsl(text, keep_blank_values=True)
    joined = "".join(name + value for name, value in sorted(set(fields)))
    return joined.encode("utf-8", "replace")


def _fields_of_a_form(call: Call) -> bytes:
    """Join the fields of a form; another body is told by its digest."""
    return _form_sorted(call) if is_form(call.incoming) else b""


def is_form(incoming: Incoming) -> bool:
    """Tell whether a call says that its body is a form."""
    kind = incoming.values.get("content-type", [""])[0]
    return kind.partition(";")[0].strip().lower() == _FORM


_BARE: Final[dict[str, Piece]] = {
    "body": _body,
    "timestamp": _time,
    "url": _url,
    "method": _method,
    "form_sorted": _form_sorted,
}


def _header(name: str) -> Piece:
    def piece(call: Call) -> bytes:
        value = only_value(call.incoming.values, name)
        if value is None:
            raise Refused(
                "malformed",
                "missing_part",
                f"The signature covers the header {name}, and the call has none.",
            )
        return header_bytes(value)

    return piece


def _member(text: str) -> Piece:
    """Return the piece that a member of the body is: nothing where it is missing."""
    path = compile_path(text)

    def piece(call: Call) -> bytes:
        value = path.first(call.document)
        if value is MISSING or value is None:
            return b""
        if isinstance(value, dict | list):
            told = f"The signature covers {text}, and that is no plain value."
            raise Refused("malformed", "missing_part", told)
        return scalar_text(value).encode("utf-8", "replace")

    return piece


def _document(body: bytes) -> Json:
    try:
        return decode(body)
    except FerruleError:
        return None


def _literal(text: str) -> Piece:
    held = text.encode("utf-8", "replace")
    return lambda _: held


def _piece(part: TextPart) -> Piece:
    if part.kind == "text":
        return _literal(part.text)
    if part.kind == "path":
        return _member(part.text)
    return _header(part.text) if part.kind == "header" else _BARE[part.kind]


def header_bytes(text: str) -> bytes:
    """Return the bytes that a header or an address came as.

    A server hands them on as Latin-1; a text that is wider was never on the wire and
    counts as UTF-8.
    """
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def compile_text(config: WebhookSecretConfig) -> SignedText:
    """Return the signed text of a scheme, `{body}` unless it says otherwise."""
    parts = parse_signed_text(config.signed_payload or WHOLE_BODY)
    kinds = {part.kind for part in parts}
    pieces = tuple(_piece(part) for part in parts)
    if config.body_digest is not None:
        pieces = tuple(_fields_of_a_form if p is _form_sorted else p for p in pieces)
    return SignedText(pieces, "timestamp" in kinds, "path" in kinds)
