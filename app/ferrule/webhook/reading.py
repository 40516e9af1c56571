"""What a call says: its event, its id, a question that wants an answer.

A connector says where these stand. Where what it says finds nothing, the two shapes of
the seeds are known: `event_type`, `event_ts` and `payload` (seed 000, section 7.1), and
`event` with `data` (seed 002). Nothing here is asked before a call is verified, but an
unsigned question.
"""

import hashlib
from collections.abc import Mapping
from typing import Final, Literal
from urllib.parse import parse_qsl, urlsplit

import msgspec

from ferrule.auth import WebhookSecretConfig
from ferrule.descriptor.ingestion import Acceptance, WebhookPart
from ferrule.errors import FerruleError
from ferrule.exchange import MISSING, Json, Missing, decode, scalar_text
from ferrule.expression.source import CompiledSource, Place, compile_source
from ferrule.webhook.incoming import Incoming
from ferrule.webhook.questions import TEXT, Answer, Question

ANY: Final = "*"
LONGEST_NAME: Final = 200
"""So many characters of an event type or a delivery's id are told to a person."""
_IDEMPOTENCY: Final = compile_source("header:Idempotency-Key")
_FORM: Final = "application/x-www-form-urlencoded"


class Envelope(msgspec.Struct, frozen=True):
    """What the shapes of the seeds hold: the event, when it was, what it is about."""

    event_type: str
    payload: Json
    at: Json = None


class Thanks(msgspec.Struct, frozen=True):
    """What a call is answered with that was taken, where the connector says it."""

    status: int
    body: bytes
    media_type: str


class Call:
    """A call and what can be read in it; everything is read when it is asked for."""

    __slots__ = ("_body", "_is_read", "_place", "incoming")

    def __init__(self, incoming: Incoming) -> None:
        self.incoming = incoming
        self._body: Json | Missing = MISSING
        self._is_read = False
        self._place: Place | None = None

    @property
    def body(self) -> Json | Missing:
        """The body: JSON, or a form as an object; MISSING for neither.

        A form whose only field is `payload` is the JSON in that field.
        """
        if not self._is_read:
            self._body, self._is_read = self._read(), True
        return self._body

    @property
    def place(self) -> Place:
        """The call as sources look at it."""
        if self._place is None:
            self._place = self._placed()
        return self._place

    def _read(self) -> Json | Missing:
        raw = self.incoming.body
        is_form = self._media_type == _FORM
        if is_form and raw[:1] not in {b"{", b"["}:  # curl calls all it sends a form
            return _form(raw)
        try:
            return decode(raw)
        except FerruleError:
            return _form(raw) if is_form else MISSING

    def _placed(self) -> Place:
        body, query = self.body, urlsplit(self.incoming.url).query
        return Place(
            body=None if body is MISSING else body,
            headers={name: held[0] for name, held in self.incoming.values.items()},
            query=dict(parse_qsl(query)) if query else {},
        )

    @property
    def _media_type(self) -> str:
        kind = self.incoming.values.get("content-type", [""])[0]
        return kind.partition(";")[0].strip().lower()


class Reader:
    """Reads the calls of one connector."""

    def __init__(
        self, webhook: WebhookPart, signing: WebhookSecretConfig | None
    ) -> None:
        self._event_type = compile_source(webhook.event_type_path)
        ids = (signing.dedupe_key if signing is not None else None, webhook.delivery_id)
        self._ids = tuple(compile_source(one) for one in ids if one is not None)
        self._listed = listed_types(webhook)
        self._challenge = Question(webhook.challenge) if webhook.challenge else None
        self.thanks = _thanks(webhook.accepted) if webhook.accepted else None

    def event_type(self, call: Call) -> str | None:
        """Return what kind of event a call tells of, None where it does not say."""
        found = _text(self._event_type, call.place)
        if found is not None:
            return found
        envelope = envelope_of(call.place.body)
        return envelope.event_type if envelope is not None else None

    def is_listed(self, event_type: str | None) -> bool:
        """Tell whether the connector handles events of that type."""
        return ANY in self._listed or event_type in self._listed

    def delivery_id(self, call: Call) -> str | None:
        """Return the service's own name of a call, None where it gives none.

        The descriptor's `dedupeKey` and `deliveryId` come first, then the header
        `Idempotency-Key` (seed 000, section 7.1).
        """
        for source in (*self._ids, _IDEMPOTENCY):
            found = _text(source, call.place)
            if found is not None:
                return found
        return None

    @property
    def has_question(self) -> bool:
        """Whether the service asks something before it calls."""
        return self._challenge is not None

    @property
    def has_unsigned_question(self) -> bool:
        """Whether it does so without signing it."""
        return self._challenge is not None and self._challenge.unsigned

    def asks_unsigned(self, call: Call) -> bool:
        """Tell whether a call is a question that its service does not sign."""
        asked = self._challenge
        return asked is not None and asked.unsigned and asked.is_asked(call.place)

    def answer(
        self, call: Call, credentials: Mapping[str, str] | None = None
    ) -> Answer | None:
        """Return the answer to a question, None where a call is none.

        `credentials` are there for a question that was signed: some services want a
        value back that is signed by the secret: `{{token | hmac(credentials.secret)}}`.
        """
        asked = self._challenge
        if asked is None or not asked.is_asked(call.place):
            return None
        if asked.unsigned:
            return asked.echo(call.place)
        return asked.respond(call.place, credentials or {})


def _thanks(accepted: Acceptance) -> Thanks:
    body = (accepted.text or "").encode("utf-8", "replace")
    try:
        is_json = isinstance(decode(body), dict | list)
    except FerruleError:
        is_json = False
    return Thanks(accepted.status, body, "application/json" if is_json else TEXT)


def envelope_of(body: Json) -> Envelope | None:
    """Return what a body of one of the seeds' shapes holds, None for another."""
    if not isinstance(body, dict):
        return None
    for kind, payload in (("event_type", "payload"), ("event", "data")):
        found = body.get(kind)
        if isinstance(found, str) and found and payload in body:
            return Envelope(found, body[payload], body.get("event_ts"))
    return None


def listed_types(webhook: WebhookPart) -> frozenset[str]:
    """Return the event types that a connector handles; `*` for any.

    One that lists none handles all.
    """
    listed = {*webhook.event_types}
    for event in webhook.events or ():
        listed |= {*event.types}
    return frozenset(listed or {ANY})


def key_of(kind: Literal["id", "body"], text: bytes) -> str:
    """Return what a call is told from others by, hashed (seed 000, section 7.1)."""
    return hashlib.sha256(kind.encode() + b"\0" + text).hexdigest()


def _form(raw: bytes) -> Json | Missing:
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        return MISSING
    fields: dict[str, Json] = dict(pairs)
    if fields.keys() == {"payload"}:
        try:
            return decode(pairs[0][1].encode())
        except FerruleError:
            return fields
    return fields or MISSING


def _text(source: CompiledSource, place: Place) -> str | None:
    found = source.first(place)
    if found is MISSING or found is None or isinstance(found, dict | list):
        return None
    return scalar_text(found).strip()[:LONGEST_NAME] or None
