"""What a call says: its event, its id, a question that wants an answer.

A connector says where these stand. Where what it says finds nothing, the two shapes of
the seeds are known: `event_type`, `event_ts` and `payload` (seed 000, section 7.1), and
`event` with `data` (seed 002). Nothing here is asked before a call is verified, but an
unsigned question.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Final, Literal
from urllib.parse import parse_qsl, urlsplit

import msgspec

from ferrule.auth import WebhookSecretConfig
from ferrule.descriptor.ingestion import Acceptance, Challenge, WebhookPart
from ferrule.errors import ExpressionError, FerruleError
from ferrule.exchange import MISSING, Json, Missing, decode, scalar_text
from ferrule.expression.condition import compile_predicate
from ferrule.expression.source import CompiledSource, Place, compile_source
from ferrule.expression.template import Scope, Template, compile_template
from ferrule.webhook.incoming import Incoming

ANY: Final = "*"
LONGEST_NAME: Final = 200
"""So many characters of an event type or a delivery's id are told to a person."""
LONGEST_ECHO: Final = 1024
"""So many bytes an answer to an unsigned question may have, and each of its headers."""
_IDEMPOTENCY: Final = compile_source("header:Idempotency-Key")
_FORM: Final = "application/x-www-form-urlencoded"
_VISIBLE: Final = re.compile(r"[!-~](?:[ -~]*[!-~])?")  # RFC 9110, 5.5, without obs-text
_TEXT: Final = "text/plain; charset=utf-8"
_JSON: Final = (b"{", b"[")


class Envelope(msgspec.Struct, frozen=True):
    """What the shapes of the seeds hold: the event, when it was, what it is about."""

    event_type: str
    payload: Json
    at: Json = None


class Answer(msgspec.Struct, frozen=True):
    """What a question is answered with."""

    body: bytes
    media_type: str
    headers: tuple[tuple[bytes, bytes], ...] = ()


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
        if is_form and raw[:1] not in _JSON:  # curl calls whatever it sends a form
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
        self._challenge = _Question(webhook.challenge) if webhook.challenge else None
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


class _Question:
    """A question that a service asks before it calls, and its answer."""

    def __init__(self, challenge: Challenge) -> None:
        self.unsigned = bool(challenge.unsigned)
        self._matches = compile_predicate(challenge.when)
        text, headers = challenge.respond, challenge.respond_headers or {}
        self._text = compile_template(text) if text is not None else None
        self._headers = [(name, compile_template(one)) for name, one in headers.items()]

    def is_asked(self, place: Place) -> bool:
        """Tell whether a call is the question."""
        return self._matches(place)

    def echo(self, place: Place) -> Answer | None:
        """Return values of the call, and nothing but them: a plain text, headers.

        Whoever asks proved nothing, so nothing is told that he did not send himself.
        """
        scope = _scope(place, {})
        values = [_rendered(one, scope) for _, one in self._headers]
        text = _rendered(self._text, scope) if self._text is not None else None
        sent = [*values, text] if self._text is not None else values
        if not all(_was_sent(one, place) for one in sent):
            return None
        headers = self._named(values)
        if headers is None:
            return None
        body = b"" if text is None else scalar_text(text).encode("utf-8", "replace")
        return Answer(body, _TEXT, headers) if len(body) <= LONGEST_ECHO else None

    def respond(self, place: Place, credentials: Mapping[str, str]) -> Answer | None:
        """Return the answer to a question that was signed."""
        scope = _scope(place, credentials)
        headers = self._named([_rendered(one, scope) for _, one in self._headers])
        if headers is None:
            return None
        if self._text is None:
            return Answer(b"", _TEXT, headers)
        value = _rendered(self._text, scope)
        if value is None:
            return None
        if isinstance(value, dict | list):
            return Answer(msgspec.json.encode(value), "application/json", headers)
        text = scalar_text(value)
        looks = text.lstrip()[:1]
        media = "application/json" if looks in {"{", "["} else "text/plain"
        encoded = text.encode("utf-8", "replace")
        return Answer(encoded, f"{media}; charset=utf-8", headers)

    def _named(self, values: list[Json]) -> tuple[tuple[bytes, bytes], ...] | None:
        """Return the headers of an answer, None where one of them cannot be sent."""
        named = []
        for (name, _), value in zip(self._headers, values, strict=True):
            if value is None or isinstance(value, dict | list):
                return None
            text = scalar_text(value)
            if len(text) > LONGEST_ECHO or not _VISIBLE.fullmatch(text):
                return None
            named.append((name.lower().encode(), text.encode()))
        return tuple(named)


def _scope(place: Place, credentials: Mapping[str, str]) -> Scope:
    names: dict[str, Json] = {
        "headers": dict(place.headers),
        "query": dict(place.query),
        "credentials": dict(credentials),
    }
    return Scope(names=names, default=place.body)


def _rendered(template: Template, scope: Scope) -> Json:
    """Return what a template gives, None for nothing."""
    try:
        value = template.render(scope)
    except ExpressionError:
        return None
    return None if value is MISSING else value


def _was_sent(value: Json, place: Place) -> bool:
    """Tell whether something is a text, and a whole value that the call itself holds."""
    if not isinstance(value, str) or not value:
        return False
    held = (*place.query.values(), *place.headers.values())
    return value in held or _is_in(value, place.body)


def _is_in(value: str, part: Json) -> bool:
    if isinstance(part, dict):
        return any(_is_in(value, one) for one in part.values())
    if isinstance(part, list):
        return any(_is_in(value, one) for one in part)
    return part == value


def _thanks(accepted: Acceptance) -> Thanks:
    body = (accepted.text or "").encode("utf-8", "replace")
    try:
        is_json = isinstance(decode(body), dict | list)
    except FerruleError:
        is_json = False
    return Thanks(accepted.status, body, "application/json" if is_json else _TEXT)


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
