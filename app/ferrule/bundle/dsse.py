"""DSSE envelopes: a payload, its type and the signatures over both.

After https://github.com/secure-systems-lab/dsse, protocol version 1. What is signed is
the pre-authentication encoding (PAE) of type and payload, with lengths in bytes. Key
ids in an envelope are a hint to people: every signature is tried against every trusted
key, and unique keys are counted, never signatures. Members that the protocol does not
know are ignored inside the envelope, as it demands.
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ferrule.bundle.keys import PublicKey, SigningKey
from ferrule.bundle.strict import Part, shown
from ferrule.errors import BadSignature, MalformedBundle
from ferrule.exchange import Json

MAX_SIGNATURES = 16
_LONGEST_KEY_ID = 200


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the bytes that are signed: `DSSEv1 SP len SP type SP len SP payload`."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature, and the key id that its envelope claims (anybody can claim it)."""

    claimed: str | None
    signature: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A decoded envelope; nothing in it is verified."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]

    @property
    def message(self) -> bytes:
        """The bytes that its signatures are over."""
        return pae(self.payload_type, self.payload)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An envelope of the right shape whose base64 was not looked at yet."""

    payload_type: Part
    payload: Part
    signatures: tuple[tuple[str | None, Part], ...]

    def expect_type(
        self, expected: str, step: int = 3, what: str = "a statement"
    ) -> None:
        """Refuse any payload type but exactly `expected`, which stands for `what`.

        Raises:
            MalformedBundle: when it is another.
        """
        found = self.payload_type.text()
        if found != expected:
            raise MalformedBundle(
                f"The envelope holds {shown(found)}, not {what}.",
                step=step,
                advice="It was signed for another purpose; ask for the right file.",
            )

    def decoded(self, step: int = 4) -> Envelope:
        """Decode payload and signatures.

        Raises:
            MalformedBundle: where base64 is not strict.
        """
        payload = _at(self.payload, step).octets()
        signatures = (
            Signature(claimed, _at(text, step).octets())
            for claimed, text in self.signatures
        )
        return Envelope(self.payload_type.text(), payload, tuple(signatures))


def _at(part: Part, step: int) -> Part:
    return Part(part.value, part.place, step)


def read_envelope(part: Part) -> Sealed:
    """Return the envelope in `part`, checked for its shape alone.

    Raises:
        MalformedBundle: when a member is missing or of another type.
    """
    members = part.open_members(("payload", "payloadType", "signatures"))
    for name in ("payload", "payloadType"):
        members[name].text()
    signatures = [_read_signature(one) for one in members["signatures"].elements()]
    return Sealed(members["payloadType"], members["payload"], tuple(signatures))


def _read_signature(part: Part) -> tuple[str | None, Part]:
    members = part.open_members(("sig",), ("keyid",))
    members["sig"].text()
    claimed = members.get("keyid")
    return claimed.ascii(_LONGEST_KEY_ID) if claimed else None, members["sig"]


def sign(
    payload_type: str, payload: bytes, keys: Sequence[SigningKey]
) -> dict[str, Json]:
    """Return the envelope as JSON, signed with each key, in the order of their ids."""
    message = pae(payload_type, payload)
    ordered = sorted(keys, key=lambda key: key.public.id)
    signatures: list[Json] = [
        {"keyid": key.public.id, "sig": _base64(key.sign(message))} for key in ordered
    ]
    return {
        "payload": _base64(payload),
        "payloadType": payload_type,
        "signatures": signatures,
    }


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def verify(
    envelope: Envelope, keys: Iterable[PublicKey], *, threshold: int = 1, step: int = 6
) -> frozenset[str]:
    """Return the ids of the keys of which a signature holds, each once.

    The signatures are over `envelope.message`.

    Raises:
        BadSignature: when there are fewer than `threshold` of them.
        MalformedBundle: when there are no signatures, or more than 16.
    """
    _check_count(len(envelope.signatures), step)
    message = envelope.message
    found = frozenset(
        key.id
        for key in keys
        if any(key.holds(one.signature, message) for one in envelope.signatures)
    )
    if len(found) < threshold:
        raise BadSignature(
            f"{len(found)} of {threshold} needed signatures by trusted keys hold.",
            step=step,
            advice="The content was changed, or somebody else signed it: do not use "
            "it; ask its sender.",
        )
    return found


def _check_count(count: int, step: int) -> None:
    if not 1 <= count <= MAX_SIGNATURES:
        raise MalformedBundle(
            f"The envelope has {count} signatures; 1 to {MAX_SIGNATURES} are allowed.",
            step=step,
            advice="Ask its sender for a signed bundle.",
        )
