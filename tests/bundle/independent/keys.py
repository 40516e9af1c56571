"""Ed25519 keys of a trust list: their encoding, their curve, the points refused."""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from strict_json import need

PREFIX = bytes.fromhex("302a300506032b6570032100")  # RFC 8410, section 4
P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


class Key:
    """A public key by its SubjectPublicKeyInfo in DER."""

    def __init__(self, der: bytes) -> None:
        need(len(der) == 44 and der.startswith(PREFIX), "not an Ed25519 key in DER")
        refuse_weak(der[12:])
        self.id = "sha256:" + hashlib.sha256(der).hexdigest()
        self._public = Ed25519PublicKey.from_public_bytes(der[12:])

    def holds(self, signature: bytes, message: bytes) -> bool:
        try:
            self._public.verify(signature, message)
        except InvalidSignature:
            return False
        return True


def refuse_weak(raw: bytes) -> None:
    """Refuse what is no point, is not canonical, or is of an order up to 8."""
    number = int.from_bytes(raw, "little")
    y, sign = number & (2**255 - 1), number >> 255
    need(y < P, "y is not below 2^255 - 19")
    point = _x(y, sign), y
    for _ in range(3):
        point = _doubled(*point)
    need(point != (0, 1), "a point of small order")


def _x(y: int, sign: int) -> int:
    # RFC 8032, section 5.1.3
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT_OF_MINUS_1 % P
    need(x * x % P == square, "not a point of the curve")
    need(x or not sign, "a sign without a number")
    return x if x % 2 == sign else P - x


def _doubled(x: int, y: int) -> tuple[int, int]:
    # RFC 8032, section 5.1.4: the addition is complete, so it doubles as well
    t = D * x * x * y * y % P
    return (
        2 * x * y * pow(1 + t, -1, P) % P,
        (y * y + x * x) * pow(1 - t, -1, P) % P,
    )
