"""Published calls, changed at random.

A case takes a vendor's scheme, changes it, its secrets, its call or its time, often
signs the call anew so that what stands behind the signature is reached, and may then
bend it. How it is judged is not known here: two judges must say the same.
"""

import base64
from dataclasses import replace
from random import Random

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from pydantic import SecretStr, ValidationError
from tests.interop.call_bends import BENDS
from tests.interop.call_changes import CHANGES
from tests.interop.signed_calls import Case, published
from tests.webhook.signature.calls import moment, scheme_of
from tests.webhook.signature.test_keys import CURVE, OURS, bare

from ferrule.errors import CredentialError, MissingSecret, UsageError
from ferrule.webhook.signature import Reason

# What a few thousand drawn cases must have come to, "secret" for one that is none.
REACHED: set[Reason | str] = {
    "valid",
    "missing_header",
    "conflicting_header",
    "wrong_prefix",
    "malformed_signature",
    "too_many_signatures",
    "no_known_version",
    "wrong_signature",
    "wrong_token",
    "missing_part",
    "missing_time",
    "conflicting_time",
    "malformed_time",
    "too_old",
    "too_new",
    "secret",
}
PAIRS = {"ed25519": OURS, "ecdsa-p256-sha256": CURVE}


def drawn(draw: Random, count: int) -> list[Case]:
    """Return so many cases; what can be no scheme, or not be signed, is left out."""
    bases = list(published())
    found: list[Case] = []
    while len(found) < count:
        try:
            case = _changed(draw, draw.choice(bases))
            scheme_of(case.config)
        except (ValidationError, UsageError, CredentialError, MissingSecret):
            continue
        found.append(replace(case, what=f"{case.what} {len(found)}"))
    return found


def _changed(draw: Random, case: Case) -> Case:
    case = _with_pair(draw, case)
    for change in draw.choices(CHANGES, k=draw.choice((0, 1, 1, 2, 3))):
        case = change(draw, case)
    if draw.random() < 0.85:
        case = _signed(case)
    for change in draw.choices(BENDS, k=draw.choice((0, 0, 1, 1, 2))):
        case = change(draw, case)
    return case


def _with_pair(draw: Random, case: Case) -> Case:
    """Return a case with a key of our own in place of a vendor's, in some spelling."""
    pair = PAIRS.get(str(case.config["algorithm"]))
    if pair is None:
        return case
    private = pair.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    public = spelled(draw, pair)
    if public.isascii() and "PUBLIC" not in public:
        public = f"{case.config.get('secretPrefix') or ''}{public}"
    return replace(case, secrets=(public,), sealing=private)


def spelled(draw: Random, pair: object) -> str:
    """Return a public key in one of the forms in which services show it."""
    spki = PublicFormat.SubjectPublicKeyInfo
    public = pair.public_key()
    pem = public.public_bytes(Encoding.PEM, spki)
    octets = [public.public_bytes(Encoding.DER, spki), bare(pair)]
    if pair is CURVE:
        short = PublicFormat.CompressedPoint
        octets.append(public.public_bytes(Encoding.X962, short))
    whole = draw.choice(octets)
    packed = base64.b64encode(whole).decode()
    return draw.choice(
        [
            pem.decode(),
            pem.decode().replace("\n", "\\n"),
            "".join(pem.decode().splitlines()),
            base64.b64encode(pem).decode(),
            f'"{pem.decode()}"',
            packed,
            packed.rstrip("="),
            f"  {packed[:9]} \n{packed[9:]}",
            base64.urlsafe_b64encode(whole).decode(),
            whole.hex(),
            whole.hex().upper(),
            whole[:-1].hex(),
            packed[:-5],
        ]
    )


def _signed(case: Case) -> Case:
    """Return the case signed by its own scheme and its last secret, at its time."""
    scheme = scheme_of(case.config)
    by = case.sealing or SecretStr(case.secrets[-1])
    signed = scheme.sign(case.incoming, by, moment(case.now))
    return replace(case, headers=signed.headers, body=signed.body)
