"""DSSE envelopes: their shape, the bytes that are signed, whose signatures hold."""

import string
from collections.abc import Iterable
from dataclasses import dataclass

from forms import printable, several, text
from keys import Key
from strict_json import need, unbase64

MOST_SIGNATURES = 16


@dataclass
class Envelope:
    """An envelope of the right shape; `decode` comes before `signers`."""

    payload_type: str
    payload_text: str
    signature_texts: list[str]
    payload: bytes = b""
    signatures: tuple[bytes, ...] = ()

    def decode(self) -> None:
        self.payload = unbase64(self.payload_text)
        self.signatures = tuple(map(unbase64, self.signature_texts))

    def message(self) -> bytes:
        kind = self.payload_type.encode()
        lengths = len(kind), len(self.payload)
        return b"DSSEv1 %d %b %d %b" % (lengths[0], kind, lengths[1], self.payload)

    def signers(self, keys: Iterable[Key]) -> set[str]:
        need(1 <= len(self.signatures) <= MOST_SIGNATURES, "number of signatures")
        message = self.message()
        return {
            key.id
            for key in keys
            if any(key.holds(one, message) for one in self.signatures)
        }


def read_envelope(value: object) -> Envelope:
    _known(value, ("payload", "payloadType", "signatures"))
    signatures = several(value.get("signatures"))
    for one in signatures:
        _known(one, ("keyid", "sig"))
        if "keyid" in one:
            printable(one["keyid"], 200)
    return Envelope(
        payload_type=text(value.get("payloadType")),
        payload_text=text(value.get("payload")),
        signature_texts=[text(one.get("sig")) for one in signatures],
    )


def _known(value: object, known: tuple[str, ...]) -> None:
    need(isinstance(value, dict), "not an object")
    folded = set(map(_folded, known))
    odd = [name for name in set(value) - set(known) if _folded(name) in folded]
    need(not odd, "a known name in other case")


def _folded(name: str) -> str:
    alike = {0x130: "i", 0x131: "i", 0x17F: "s", 0x212A: "k"}
    upper = {ord(one): one.lower() for one in string.ascii_uppercase}
    return name.translate(alike | upper)
