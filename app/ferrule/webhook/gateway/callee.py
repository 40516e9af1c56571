"""A connection that a service calls: how its calls are verified and written down.

It is a snapshot: whoever changes the connection, its secrets or its connector makes
another one of it. What is written down of a call holds no secret.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple

import msgspec
from pydantic import SecretStr

from ferrule.auth import WebhookSecretConfig
from ferrule.clock import rfc3339
from ferrule.descriptor.ingestion import WebhookPart
from ferrule.exchange import MISSING
from ferrule.redaction import MASK, is_secret_name, live
from ferrule.store.delivery_records import NewDelivery, VerdictState
from ferrule.webhook.incoming import Incoming
from ferrule.webhook.questions import Answer
from ferrule.webhook.reading import Call, Reader, key_of
from ferrule.webhook.signature import Scheme, Trial, compile_scheme

Verification = Literal["signature", "token", "none"]
UNREADABLE: Final = "unreadable_body"
ID_WINDOW: Final = 7 * 86_400.0
"""Seconds for which a delivery's id is remembered: services send again for days."""
BODY_WINDOW: Final = 600.0
"""Seconds for which the body of a call without an id is remembered, at least."""


class Judgement(msgspec.Struct, frozen=True):
    """Whether a call is what it says: a state, a short code, the signed text."""

    state: VerdictState
    reason: str
    message: str = ""
    canonical: bytes | None = None


class _Texts(NamedTuple):
    """The texts of a call without secrets."""

    url: str
    headers: tuple[tuple[str, str], ...]
    more: tuple[str | None, ...]


_MOST_NAMES: Final = 1000
_OPEN: Final = Judgement("unsigned", "not_verified", "Its calls are not signed.")


class Callee:
    """One connection, ready to be called.

    `secrets` are tried one after another: the current one, then those of a rotation.
    """

    def __init__(
        self,
        place: tuple[str, str],
        connector_id: str,
        webhook: WebhookPart,
        signing: WebhookSecretConfig | None,
        *,
        secrets: Sequence[SecretStr] = (),
        credentials: Mapping[str, SecretStr] | None = None,
    ) -> None:
        self.project, self.connection = place
        self.connector_id = connector_id
        self.verification: Verification = webhook.verification
        self.reader = Reader(webhook, signing)
        self._secrets = tuple(secrets)
        self._credentials = credentials or {}
        self._scheme: Scheme | None = compile_scheme(signing) if signing else None
        self._trials: Sequence[Trial] | None = None  # made by the first call
        self._signed = _lower(signing.header_names) if signing else frozenset()
        self._hidden: dict[str, bool] = {}
        self._tolerance = _tolerance(signing)

    @property
    def is_open(self) -> bool:
        """Whether anybody may call, because nothing is verified."""
        return self.verification == "none"

    def judge(self, incoming: Incoming) -> Judgement:
        """Return whether a call is signed by one of the secrets, in time."""
        if self._scheme is None or self.is_open:
            return _OPEN
        if self._trials is None:
            self._trials = self._scheme.trials(self._secrets)
        found = self._scheme.tried(incoming, self._trials, incoming.received_at)
        return Judgement(found.state, found.reason, found.message, found.canonical)

    def answer(self, call: Call) -> Answer | None:
        """Return the answer to a question that was verified, None where it is none.

        An answer that would tell a secret is not given.
        """
        plain = {k: one.get_secret_value() for k, one in self._credentials.items()}
        answer = self.reader.answer(call, plain)
        if answer is None:
            return None
        told = b"\n".join((answer.body, *(value for _, value in answer.headers)))
        return answer if live.raw(told) == told else None

    def accepted(self, call: Call, judged: Judgement, correlation: str) -> NewDelivery:
        """Return a call as it is written down, to be mapped or to be left aside.

        One whose body cannot be read is refused (seed 000, section 7.1: JSON).
        """
        if call.body is MISSING:
            return self.refused(call, _unreadable(judged), correlation)
        id_, kind = self.reader.delivery_id(call), self.reader.event_type(call)
        left_aside = kind is not None and not self.reader.is_listed(kind)
        incoming = call.incoming
        texts = self._masked(incoming, (kind, id_))
        return NewDelivery(
            project=self.project,
            connection=self.connection,
            connector_id=self.connector_id,
            received_at=rfc3339(incoming.received_at),
            method=incoming.method,
            url=texts.url,
            headers=texts.headers,
            body=incoming.body,
            verdict=judged.state,
            reason=judged.reason,
            correlation_id=correlation,
            canonical=judged.canonical,
            status="ignored" if left_aside else "pending",
            event_type=texts.more[0],
            delivery_id=texts.more[1],
            key=_key(id_, incoming.body),
            key_until=self._until(incoming.received_at, by_id=id_ is not None),
        )

    def refused(self, call: Call, judged: Judgement, correlation: str) -> NewDelivery:
        """Return a call as it is written down that was not signed as it should be."""
        incoming = call.incoming
        texts = self._masked(incoming, ())
        return NewDelivery(
            project=self.project,
            connection=self.connection,
            connector_id=self.connector_id,
            received_at=rfc3339(incoming.received_at),
            method=incoming.method,
            url=texts.url,
            headers=texts.headers,
            body=incoming.body,
            verdict=judged.state,
            reason=judged.reason,
            correlation_id=correlation,
            canonical=judged.canonical,
            status="refused",
            error=judged.message,
        )

    def _masked(self, incoming: Incoming, more: tuple[str | None, ...]) -> _Texts:
        """Return the texts of a call without secrets; a signature is none, a token is.

        Most calls hold none, which one look at all of their texts tells.
        """
        url, headers = incoming.url, incoming.headers
        if "?" in url:
            url = live.url(url)
        texts = [url, *(value for _, value in headers), *(one or "" for one in more)]
        whole = "\n".join(texts)
        if live.text(whole) != whole:
            url = live.text(url)
            headers = tuple((name, live.text(value)) for name, value in headers)
            more = tuple(live.text(one) if one else one for one in more)
        if any(self._hides(name) for name, _ in headers):
            headers = tuple(self._header(name, value) for name, value in headers)
        return _Texts(url, headers, more)

    def _hides(self, name: str) -> bool:
        """Tell whether a header holds a secret by its name."""
        known = self._hidden.get(name)
        if known is None:
            if len(self._hidden) >= _MOST_NAMES:
                self._hidden.clear()
            signed = name.lower() in self._signed
            is_token = self.verification == "token"
            known = is_token if signed else is_secret_name(name)
            self._hidden[name] = known
        return known

    def _header(self, name: str, value: str) -> tuple[str, str]:
        if not self._hides(name):
            return name, value
        scheme, blank, _ = value.partition(" ")
        known = blank and scheme.lower() in {"bearer", "token", "basic"}
        return name, f"{scheme} {MASK}" if known else MASK

    def _until(self, at: datetime, *, by_id: bool) -> float:
        shorter = max(BODY_WINDOW, 2 * self._tolerance)
        return at.timestamp() + (max(ID_WINDOW, shorter) if by_id else shorter)


def _unreadable(judged: Judgement) -> Judgement:
    return msgspec.structs.replace(
        judged, reason=UNREADABLE, message="The body is no JSON, nor a form."
    )


def _key(id_: str | None, body: bytes) -> str:
    return key_of("body", body) if id_ is None else key_of("id", id_.encode())


def _lower(names: Sequence[str]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)


def _tolerance(signing: WebhookSecretConfig | None) -> float:
    if signing is None or signing.timestamp is None:
        return 0.0
    return float(signing.timestamp.tolerance_seconds)
