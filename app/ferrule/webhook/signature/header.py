"""Where a signature stands: taken apart when a call comes, put together to send one.

It is a header as a rule; some services put it into the body or the address.

What is there twice with two values is refused, whatever comes first or last. In a keyed
header members of another key are versions that are not known here: they are left out,
and where none is left the call is refused, never taken for an unsigned one.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import msgspec

from ferrule.auth import WebhookSecretConfig
from ferrule.auth.webhook_secret import (
    Algorithm,
    KeyedHeader,
    PlainHeader,
    PrefixedHeader,
)
from ferrule.webhook.incoming import Incoming
from ferrule.webhook.signature.places import values_at
from ferrule.webhook.signature.verdict import Refused

MOST_SIGNATURES: Final = 16
Values: TypeAlias = Mapping[str, list[str]]
Members: TypeAlias = dict[str, list[str]]
_USUAL: Final[dict[Algorithm, str]] = {
    "hmac-sha1": "sha1=",
    "hmac-sha256": "sha256=",
    "hmac-sha512": "sha512=",
    "token": "Bearer ",
}


def only_value(values: Values, name: str) -> str | None:
    """Return the one value of a header, or None where it is missing.

    Raises:
        Refused: when it is there more than once, with different values.
    """
    found = values.get(name.lower())
    if not found:
        return None
    if len(found) > 1:
        raise Refused(
            "malformed",
            "conflicting_header",
            f"The header {name} is there {len(found)} times, with different values.",
        )
    return found[0]


class Read(msgspec.Struct, frozen=True, gc=False):
    """The signatures of a call as texts, and the other members by key."""

    signatures: tuple[str, ...]
    members: Members


class SignaturePlace(msgspec.Struct, frozen=True):
    """Where signatures stand, and in what form.

    `names` are headers, `source` a place in the body or the address in their stead.

    Where a scheme says no form (seed 001 has none), the header is the signature, or
    has the prefix that is usual for its algorithm: never the one of another.
    """

    names: tuple[str, ...]
    form: PlainHeader | PrefixedHeader | KeyedHeader | None
    algorithm: Algorithm
    source: str = ""

    @property
    def is_token(self) -> bool:
        """Whether a token stands there, and no signature."""
        return self.algorithm == "token"

    @property
    def told(self) -> str:
        """The first place where a signature may stand, for a person."""
        return self.source or f"the header {self.names[0]}"

    def read(self, incoming: Incoming) -> Read:
        """Return the signatures that a call has, one at least.

        Raises:
            Refused: when there is none, or what is there cannot be read.
        """
        if self.source:
            present = self._elsewhere(incoming)
        else:
            found = ((name, only_value(incoming.values, name)) for name in self.names)
            present = [(name, value) for name, value in found if value is not None]
        if not present:
            where = self.source or f"header {' or '.join(self.names)}"
            raise Refused("unsigned", "missing_header", f"The call has no {where}.")
        if isinstance(self.form, KeyedHeader):
            return self._keyed(self.form, present)
        if isinstance(self.form, PlainHeader):
            return Read(tuple(value for _, value in present), {})
        if self.form is None:
            return Read(tuple(self._usual(value) for _, value in present), {})
        prefix = self.form.prefix
        return Read(tuple(self._behind(prefix, value) for _, value in present), {})

    def _elsewhere(self, incoming: Incoming) -> list[tuple[str, str]]:
        found = {*values_at(self.source, incoming)}
        if len(found) > 1:
            told = f"At {self.source} there are {len(found)} different signatures."
            raise Refused("malformed", "conflicting_header", told)
        return [(self.source, value) for value in found]

    def _usual(self, value: str) -> str:
        prefix = _USUAL.get(self.algorithm, "")
        return value[len(prefix) :] if self._begins(value, prefix) else value

    def _behind(self, prefix: str, value: str) -> str:
        if self._begins(value, prefix):
            return value[len(prefix) :]
        raise Refused(
            "malformed",
            "wrong_prefix",
            f"{self.told[:1].upper()}{self.told[1:]} does not begin with {prefix!r}.",
        )

    def _begins(self, value: str, prefix: str) -> bool:
        """Tell whether a prefix is there: that of a token in any case (RFC 9110)."""
        begins = value[: len(prefix)]
        if self.is_token:
            return begins.casefold() == prefix.casefold()
        return begins == prefix

    def _keyed(self, form: KeyedHeader, present: Sequence[tuple[str, str]]) -> Read:
        members: Members = {}
        for _, value in present:
            for member in value.split(form.separator):
                key, assign, held = member.partition(form.assign)
                if assign:
                    members.setdefault(key.strip(), []).append(held.strip())
        signatures = members.pop(form.signature_key, [])
        if len(signatures) > MOST_SIGNATURES:
            raise Refused(
                "malformed",
                "too_many_signatures",
                f"The header holds {len(signatures)} signatures; "
                f"{MOST_SIGNATURES} are allowed.",
            )
        if not signatures:
            raise _none_known(form, {} if self.is_token else members, present[0][0])
        return Read(tuple(signatures), members)

    def written(self, signature: str, time: tuple[str, str] | None) -> str:
        """Return the value of a header with `signature` and, keyed, its time."""
        if isinstance(self.form, PrefixedHeader):
            return self.form.prefix + signature
        if not isinstance(self.form, KeyedHeader):
            return signature
        members = ([time] if time else []) + [(self.form.signature_key, signature)]
        return self.form.separator.join(
            key + self.form.assign + held for key, held in members
        )


def _none_known(form: KeyedHeader, members: Members, name: str) -> Refused:
    if not members:
        return Refused(
            "malformed",
            "malformed_signature",
            f"The header {name} has no member like {form.signature_key}{form.assign}….",
        )
    return Refused(
        "invalid",
        "no_known_version",
        f"The header {name} has no {form.signature_key}, but "
        f"{', '.join(key[:20] for key in sorted(members)[:5])}: no known version.",
    )


def compile_place(config: WebhookSecretConfig) -> SignaturePlace:
    """Return where the signatures of a scheme stand."""
    names = tuple({name.lower(): name for name in config.header_names}.values())
    source = config.signature_from or ""
    return SignaturePlace(names, config.header, config.known_algorithm, source)
