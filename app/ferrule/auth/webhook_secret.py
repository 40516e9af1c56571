"""The secret by which a service signs its webhook calls (seed 001, section 4.1).

What cannot be is told when the descriptor is loaded: an algorithm or a token that there
is not, a signed time that nobody sends, a header that cannot be taken apart.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, TypeAlias, get_args

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ferrule.auth.kind import AuthKind, CredentialConfig, Secrets
from ferrule.auth.signed_text import (
    HEADER_NAME,
    WHOLE_BODY,
    TextPart,
    parse_signed_text,
)
from ferrule.errors import ExpressionError
from ferrule.exchange import Request
from ferrule.expression import Source
from ferrule.section import Section, Whole

Algorithm: TypeAlias = Literal[
    "hmac-sha256",
    "hmac-sha1",
    "hmac-sha512",
    "ed25519",
    "ecdsa-p256-sha256",
    "token",
]
ALGORITHMS: dict[str, Algorithm] = {name: name for name in get_args(Algorithm)}


def _told(
    message: str, advice: str = "", pointer: str = "", column: int | None = None
) -> PydanticCustomError:
    context = {"message": message, "advice": advice, "pointer": pointer}
    if column is not None:
        context["column"] = column  # type: ignore[assignment]  # an open mapping
    return PydanticCustomError("webhook_secret", "{message}", context)


def _algorithm(text: str) -> str:
    if text.lower() not in ALGORITHMS:
        advice = f"There are {', '.join(ALGORITHMS)}."
        raise _told(f"{text!r} is no algorithm for signatures here.", advice)
    return text


def _header_name(name: str) -> str:
    if not HEADER_NAME.fullmatch(name):
        raise _told(f"{name!r} cannot be the name of a header.")
    return name


def _signed_text(template: str) -> str:
    try:
        parse_signed_text(template)
    except ExpressionError as error:
        raise _told(error.message, error.advice, column=error.column) from None
    return template


HeaderName = Annotated[str, AfterValidator(_header_name)]
AlgorithmName = Annotated[
    str,
    AfterValidator(_algorithm),
    Field(json_schema_extra={"format": "signature-algorithm"}),
]
SignedText = Annotated[
    str,
    AfterValidator(_signed_text),
    Field(json_schema_extra={"format": "signed-text"}),
]


class PlainHeader(Section):
    """The header is the signature."""

    format: Literal["plain"] = Field(title="Form")


class PrefixedHeader(Section):
    """The signature follows a prefix such as `sha256=`."""

    format: Literal["prefixed"] = Field(title="Form")
    prefix: str = Field(min_length=1, title="Prefix")


class KeyedHeader(Section):
    """The header is a list of `key=value` members."""

    format: Literal["keyed"] = Field(title="Form")
    separator: str = Field(min_length=1, title="Separator")
    assign: str = Field(min_length=1, title="Assignment")
    signature_key: str = Field(min_length=1, title="Signature key")

    @model_validator(mode="after")
    def _can_be_taken_apart(self) -> "KeyedHeader":
        if self.separator == self.assign:
            raise _told(
                "The members and their values are parted by the same text.",
                "separator stands between members, assign inside one.",
                "/assign",
            )
        for text in (self.separator, self.assign):
            if text in self.signature_key:
                raise _told(
                    f"The key cannot have {text!r} in it: that parts the members.",
                    pointer="/signatureKey",
                )
        return self


class SignedTime(Section):
    """The time that the signature covers, and how far it may be off."""

    from_: Source = Field(alias="from", title="Where")
    format: Literal["unix", "unix_ms", "iso8601"] = Field(title="Format")
    tolerance_seconds: Whole = Field(ge=0, title="Tolerance (s)")


class WebhookSecretConfig(CredentialConfig):
    """How a signature is made and where it stands."""

    signature_header: HeaderName | None = Field(None, title="Signature header")
    signature_headers: tuple[HeaderName, ...] | None = Field(
        None, title="Signature headers"
    )
    signature_from: Source | None = Field(
        None,
        title="Signature at",
        description="Where no header has it: $.path in the body, query:name",
    )
    algorithm: AlgorithmName = Field(
        title="Algorithm",
        description="hmac-sha256, hmac-sha1, hmac-sha512, ed25519, "
        "ecdsa-p256-sha256 or token",
    )
    header: (
        Annotated[
            PlainHeader | PrefixedHeader | KeyedHeader, Field(discriminator="format")
        ]
        | None
    ) = Field(
        None,
        title="Header format",
        description="Default: the signature, also after sha256= or Bearer",
    )
    encoding: Literal["hex", "base64", "base64url"] | None = Field(
        None, title="Encoding", description="Default: hex, or base64 where it fits"
    )
    signed_payload: SignedText | None = Field(
        None,
        title="Signed text",
        description="Default {body}; also {timestamp} {header:Name} {$.path} {url} "
        "{method} {form_sorted}",
    )
    body_digest: Source | None = Field(
        None,
        title="Digest of the body",
        description="A signed place with its SHA-256: header:Digest, query:bodySHA256",
    )
    secret_encoding: Literal["utf8", "base64", "hex"] | None = Field(
        None, title="Secret encoding"
    )
    secret_prefix: str | None = Field(None, title="Secret prefix")
    timestamp: SignedTime | None = Field(None, title="Signed time")
    dedupe_key: Source | None = Field(None, title="Delivery id")

    @property
    def header_names(self) -> tuple[str, ...]:
        """Return where a signature may stand, the first of them where one is put.

        None where it stands in no header.
        """
        if self.signature_from is not None:
            return ()
        return self.signature_headers or (self.signature_header or "",)

    @property
    def signature_places(self) -> tuple[str, ...]:
        """Return where a signature may stand, for a person."""
        return self.header_names or (self.signature_from or "",)

    @property
    def known_algorithm(self) -> Algorithm:
        """Return the algorithm as it is named here; a document may use capitals."""
        return ALGORITHMS[self.algorithm.lower()]

    @model_validator(mode="after")
    def _fits_together(self) -> "WebhookSecretConfig":
        places = (self.signature_header, self.signature_headers, self.signature_from)
        named = sum(place is not None for place in places)
        if named != 1 or self.signature_headers == ():
            raise ValueError(
                "give one of signatureHeader, signatureHeaders and signatureFrom"
            )
        problem = next(self._contradictions(), None)
        if problem is not None:
            raise problem
        return self

    def _contradictions(self) -> Iterator[PydanticCustomError]:
        parts = parse_signed_text(self.signed_payload or WHOLE_BODY)
        yield from self._of_places({str(part.kind) for part in parts})
        if self.body_digest is not None and not self._is_signed(parts):
            yield _told(
                "The digest of the body stands where nothing is signed.",
                "Add {url} for query:name, or {header:Name} for header:Name.",
                "/bodyDigest",
            )
        if self.timestamp is None:
            if any(part.kind == "timestamp" for part in parts):
                yield _told(
                    "The signed text has a {timestamp}, and nothing says where it is.",
                    "Add timestamp with from, format and toleranceSeconds.",
                    "/signedPayload",
                )
            return
        yield from self._of_time(self.timestamp)

    def _of_places(self, kinds: set[str]) -> Iterator[PydanticCustomError]:
        """Yield what is wrong with a signature that stands in no header."""
        where = (self.signature_from or "").partition(":")[0]
        if where in {"header", "param", "status", "item"}:
            yield _told(
                "That is no place for a signature outside of the headers.",
                "Write $.path or query:name; a header is named in signatureHeader.",
                "/signatureFrom",
            )
        own = {"query": "url"}.get(where, "body")
        signs = self.known_algorithm != "token"
        if self.signature_from is not None and signs and own in kinds:
            yield _told(
                f"The signature stands in the {own} and cannot cover all of it.",
                "Say in signedPayload which parts it covers, such as {$.data.id}.",
                "/signatureFrom",
            )

    def _is_signed(self, parts: tuple[TextPart, ...]) -> bool:
        """Tell whether the place of the body's digest is part of the signed text."""
        kind, _, name = (self.body_digest or "").partition(":")
        if kind == "query":
            return any(part.kind == "url" for part in parts)
        wanted = ("header", name.strip().lower())
        return any((part.kind, part.text.lower()) == wanted for part in parts)

    def _of_time(self, time: SignedTime) -> Iterator[PydanticCustomError]:
        """Yield what is wrong with the place of the signed time."""
        kind, _, name = time.from_.partition(":")
        place = "/timestamp/from"
        if kind in {"status", "item"}:
            yield _told(
                "A call has no such place.",
                "Write header:Name, param:key, query:name or $.path.",
                place,
            )
        if kind != "param":
            return
        if not isinstance(self.header, KeyedHeader):
            yield _told(
                "A param: is a member of a keyed header, and the header is none.",
                "Set header.format to keyed, or say which header has the time.",
                place,
            )
        elif name.strip() == self.header.signature_key:
            yield _told("That member is the signature.", pointer=place)


class WebhookSecretAuth(AuthKind):
    """Trust calls that carry a signature."""

    title: ClassVar[str] = "Webhook secret"

    method: Literal["webhook_secret"] = Field("webhook_secret", title="Method")
    config: WebhookSecretConfig = Field(title="Webhook secret")

    def authorise(self, request: Request, secrets: Secrets) -> Request:  # noqa: ARG002 - it is for calls that come in
        """Return `request` as it is: the secret is for calls that come in."""
        return request
