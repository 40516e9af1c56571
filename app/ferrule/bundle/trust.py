"""Who is trusted for which connectors: public keys with patterns of connector ids.

`trust.json` is `{"keys": [{"id", "alg": "ed25519", "public", "connectors", "label"}]}`,
where `public` is the base64 of the key's SubjectPublicKeyInfo in DER and `id` is its
key id. A pattern is a connector's id, or an id followed by one of `.` `-` `_` and `*`,
which stands for all ids that begin with what is before the star and go on. There is no
pattern for everything.
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ferrule.bundle import names
from ferrule.bundle.keys import PublicKey
from ferrule.bundle.strict import Part, read, shown
from ferrule.errors import MalformedBundle, StoreError, UsageError
from ferrule.exchange import Json, encode

ALGORITHM = "ed25519"
MAX_TRUST = 1024 * 1024
_SEPARATORS = ".-_"


def is_pattern(text: str) -> bool:
    """Tell whether `text` is a pattern of connector ids."""
    if not text.endswith("*"):
        return names.is_id(text)
    return names.is_id(text[:-2]) and text[-2] in _SEPARATORS


def matches(pattern: str, connector_id: str) -> bool:
    """Tell whether a pattern stands for a connector; `acme.*` does not for `acme`."""
    if not pattern.endswith("*"):
        return pattern == connector_id
    prefix = pattern[:-1]
    return connector_id.startswith(prefix) and len(connector_id) > len(prefix)


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A signer: their key, the connectors they may sign, and what they are called."""

    key: PublicKey
    connectors: tuple[str, ...]
    label: str = ""

    def __post_init__(self) -> None:
        if not self.connectors:
            raise UsageError(
                "A trusted key needs at least one connector.",
                advice="Name connector ids, or patterns like acme.*",
            )
        for pattern in self.connectors:
            if not is_pattern(pattern):
                raise UsageError(
                    f"{shown(pattern)} is not a pattern of connector ids.",
                    advice="Write an id, or the beginning of one: acme.* or acme-*",
                )

    def may_sign(self, connector_id: str) -> bool:
        """Tell whether one of its patterns stands for the connector."""
        return any(matches(pattern, connector_id) for pattern in self.connectors)

    def __str__(self) -> str:
        return self.label or self.key.fingerprint

    def wire(self) -> dict[str, Json]:
        """Return its entry in `trust.json`."""
        return {
            "id": self.key.id,
            "alg": ALGORITHM,
            "public": base64.b64encode(self.key.der).decode(),
            "connectors": list(self.connectors),
            "label": self.label,
        }


@dataclass(frozen=True, slots=True)
class Trust:
    """The trusted keys, each once."""

    keys: tuple[TrustedKey, ...] = ()

    def find(self, key_id: str) -> TrustedKey | None:
        """Return the trusted key of that id."""
        return next((one for one in self.keys if one.key.id == key_id), None)

    def with_key(
        self, key: PublicKey, connectors: Sequence[str], label: str = ""
    ) -> "Trust":
        """Return a trust in which `key` may sign exactly `connectors`.

        Raises:
            UsageError: when a pattern is not one, or there is none.
        """
        added = TrustedKey(key, tuple(connectors), label)
        return replace(self, keys=(*self.without(key.id).keys, added))

    def without(self, key_id: str) -> "Trust":
        """Return a trust that does not have the key."""
        return Trust(tuple(one for one in self.keys if one.key.id != key_id))

    def signers(self, key_ids: Iterable[str]) -> tuple[TrustedKey, ...]:
        """Return the trusted keys among these, in the order of the list."""
        wanted = set(key_ids)
        return tuple(one for one in self.keys if one.key.id in wanted)

    def encoded(self) -> bytes:
        """Return `trust.json`."""
        return encode({"keys": [one.wire() for one in self.keys]}) + b"\n"


def read_trust(raw: bytes) -> Trust:
    """Return the trust in a `trust.json`.

    Raises:
        StoreError: when it is not strict JSON of this shape, an id is not its key's,
            a key stands there twice, or one must not be trusted.
    """
    try:
        whole = Part(
            read(raw, limit=MAX_TRUST, what="The trust list"), "The trust list", 0
        )
        entries = whole.members(("keys",))["keys"].elements()
        keys = tuple(map(_read_key, entries))
    except (MalformedBundle, UsageError) as error:
        raise StoreError(error.message, advice=_MEND) from None
    if len({one.key.id for one in keys}) < len(keys):
        raise StoreError("The trust list names a key twice.", advice=_MEND)
    return Trust(keys)


_MEND = "Mend trust.json, or put it aside and add the keys again."


def _read_key(part: Part) -> TrustedKey:
    members = part.members(("id", "alg", "public", "connectors", "label"))
    if members["alg"].text() != ALGORITHM:
        members["alg"].refuse("is not ed25519, the only algorithm")
    key = PublicKey.from_der(members["public"].octets())
    if members["id"].text() != key.id:
        members["id"].refuse("is not the id of its key")
    patterns = tuple(one.text() for one in members["connectors"].elements())
    return TrustedKey(key, patterns, members["label"].label())
