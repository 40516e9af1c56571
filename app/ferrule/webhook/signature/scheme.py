"""A scheme of signatures, compiled: verify a call, or sign one.

A call is judged in this order, and the first thing wrong with it is the verdict: is
there a signature, can it be read, is everything there that it covers, did one of the
secrets make it, and only then, is its time near.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import structs

from ferrule.auth import WebhookSecretConfig
from ferrule.auth.signed_text import WHOLE_BODY, parse_signed_text
from ferrule.errors import MissingSecret, UsageError
from ferrule.webhook.incoming import Incoming
from ferrule.webhook.signature.algorithms import (
    Fit,
    Signing,
    Trial,
    compile_algorithm,
    fit,
)
from ferrule.webhook.signature.digest import BodyDigest
from ferrule.webhook.signature.header import (
    Members,
    Read,
    SignaturePlace,
    compile_place,
)
from ferrule.webhook.signature.keys import Secret
from ferrule.webhook.signature.moment import SignedMoment, compile_moment
from ferrule.webhook.signature.places import put_at
from ferrule.webhook.signature.text import SignedText, compile_text
from ferrule.webhook.signature.verdict import Refused, Verdict

_NOTHING: Final = Fit(None)


class Scheme(msgspec.Struct, frozen=True):
    """How the signature of a call is made and where it stands."""

    config: WebhookSecretConfig
    place: SignaturePlace
    covered: SignedText
    algorithm: Signing
    moment: SignedMoment | None = None
    digest: BodyDigest | None = None

    def verify(
        self, incoming: Incoming, secrets: Sequence[Secret], now: datetime
    ) -> Verdict:
        """Return whether one of `secrets` signed `incoming`, as of `now` (aware).

        `secrets` are texts as the service shows them, or `bytes` that are the key
        itself; several while they are rotated. Nothing in a call makes this raise.

        Raises:
            MissingSecret: when there is no secret, or an empty one.
            CredentialError: when one is not in the encoding that the scheme says.
        """
        return self.tried(incoming, self.trials(secrets), now)

    def tried(
        self, incoming: Incoming, trials: Sequence[Trial], now: datetime
    ) -> Verdict:
        """Return what `verify` returns, of secrets that `trials` made ready."""
        try:
            read = self.place.read(incoming)
        except Refused as refused:
            return _refused(refused, self._text_of(incoming))
        return self._judged(incoming, read, trials, now)

    def check(self, secrets: Sequence[Secret]) -> None:
        """Raise what `verify` would raise of these secrets, before a call has come.

        Raises:
            MissingSecret: when there is no secret, or an empty one.
            CredentialError: when one is not in the encoding that the scheme says.
        """
        self.trials(secrets)

    def trials(self, secrets: Sequence[Secret]) -> list[Trial]:
        """Return how secrets are tried, for `tried`: their keys are read but once.

        Raises:
            MissingSecret: when there is no secret, or an empty one.
            CredentialError: when one is not in the encoding that the scheme says.
        """
        if not secrets:
            raise MissingSecret(
                "There is no webhook secret.",
                advice="Enter the secret that the service shows for its webhook.",
            )
        return [self.algorithm.trial(secret) for secret in secrets]

    def _judged(
        self, incoming: Incoming, read: Read, trials: Sequence[Trial], now: datetime
    ) -> Verdict:
        shown = read.signatures if self.algorithm.signs else ()
        text: bytes | None = None
        fitting = _NOTHING
        try:
            time = self._time(incoming, read.members)
            text = self._text(incoming, time)
            received = self._octets(read.signatures)
            fitting = fit(trials, text or b"", received)
            if fitting.secret is None:
                raise self._wrong(len(trials))
            if self.digest is not None:
                self.digest.check(incoming)
            self._in_time(time, incoming, read.members, now)
        except Refused as refused:
            return _refused(refused, text, fitting, shown)
        good = "The signature holds." if self.algorithm.signs else "The token is right."
        return Verdict(
            "valid", "valid", good, text, fitting.computed, shown, fitting.secret
        )

    def _time(self, incoming: Incoming, members: Members) -> str:
        """Return the signed time where the signed text has it, and "" where not."""
        if self.moment is None or not self.covered.has_time:
            return ""
        return self.moment.text(incoming, members)

    def _text(self, incoming: Incoming, time: str) -> bytes | None:
        return self.covered.of(incoming, time) if self.algorithm.signs else None

    def _in_time(
        self, time: str, incoming: Incoming, members: Members, now: datetime
    ) -> None:
        if self.moment is not None:
            self.moment.check(time or self.moment.text(incoming, members), now)

    def _octets(self, signatures: Sequence[str]) -> list[bytes]:
        """Return the signatures that can be read; others beside them are left out."""
        read = [self.algorithm.octets(text) for text in signatures]
        received = [octets for octets in read if octets is not None]
        if not received:
            what = "signature" if self.algorithm.signs else "token"
            raise Refused(
                "malformed",
                "malformed_signature",
                f"What stands in {self.place.told} is no {what} "
                f"of this scheme ({self.described}).",
            )
        return received

    def _wrong(self, secrets: int) -> Refused:
        if not self.algorithm.signs:
            return Refused("invalid", "wrong_token", "The token is another one.")
        which = "the secret" if secrets == 1 else f"any of {secrets} secrets"
        return Refused(
            "invalid",
            "wrong_signature",
            f"The signature is not the one that {which} makes of this call.",
        )

    def _text_of(self, incoming: Incoming) -> bytes | None:
        """Return what a signature would cover, to show it, where that can be told."""
        try:
            return self._text(incoming, self._time(incoming, {}))
        except Refused:
            return None

    @property
    def described(self) -> str:
        """Return the algorithm and the encoding, such as `hmac-sha256, hex`."""
        name = self.config.known_algorithm
        if not self.algorithm.signs:
            return name
        return f"{name}, {self.config.encoding or 'hex or base64'}"

    def sign(self, incoming: Incoming, secret: Secret, now: datetime) -> Incoming:
        """Return the same call with its signature, and its time where it has one, anew.

        `secret` is what verifies, or the private key where the algorithm has two. A
        time in the body is set to `now` where it is too far off.

        Raises:
            UsageError: when the call lacks a header that the signature covers.
            MissingSecret: when `secret` is empty.
            CredentialError: when it is no key that can sign.
        """
        try:
            call, time = self._stamped(incoming, now)
            text = self._text(call, time) or b""
        except Refused as refused:
            raise UsageError(
                refused.message, advice="Add it to the call before it is signed."
            ) from None
        member = self.moment.member if self.moment else ""
        value = self.place.written(
            self.algorithm.signature(text, secret), (member, time) if member else None
        )
        if self.place.source:
            return put_at(self.place.source, call, value)
        return _with_header(call, self.place.names, value)

    def _stamped(self, incoming: Incoming, now: datetime) -> tuple[Incoming, str]:
        """Return a call that tells `now`, and the text of that time."""
        moment = self.moment
        if self.digest is not None:
            incoming = self.digest.written(incoming)
        if moment is None:
            return incoming, ""
        time = moment.written(now)
        if moment.member:
            return incoming, time
        if moment.header:
            return _with_header(incoming, (moment.header,), time), time
        call = structs.replace(incoming, body=moment.stamped(incoming.body, now))
        return call, self._time(call, {})


def _with_header(call: Incoming, names: Sequence[str], value: str) -> Incoming:
    """Return a call with `value` under the first of `names`, without the others."""
    gone = {name.lower() for name in names}
    kept = tuple(pair for pair in call.headers if pair[0].lower() not in gone)
    return structs.replace(call, headers=(*kept, (names[0], value)))


def _refused(
    refused: Refused,
    text: bytes | None,
    fitting: Fit = _NOTHING,
    received: tuple[str, ...] = (),
) -> Verdict:
    return Verdict(
        refused.state,
        refused.reason,
        refused.message,
        text,
        fitting.computed,
        received,
        fitting.secret,
    )


def compile_scheme(config: WebhookSecretConfig) -> Scheme:
    """Return the scheme that `config` describes.

    Raises:
        ExpressionError: when the signed text or the place of the time cannot be read.
    """
    return Scheme(
        config,
        compile_place(config),
        compile_text(config),
        compile_algorithm(config),
        compile_moment(config.timestamp) if config.timestamp else None,
        _digest(config),
    )


def _digest(config: WebhookSecretConfig) -> BodyDigest | None:
    if config.body_digest is None:
        return None
    parts = parse_signed_text(config.signed_payload or WHOLE_BODY)
    covers_forms = any(part.kind == "form_sorted" for part in parts)
    return BodyDigest(config.body_digest, covers_forms)
