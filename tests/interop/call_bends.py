"""Changes of a call after it was signed: mostly of what its headers say."""

import base64
import string
from collections.abc import Callable
from dataclasses import replace
from random import Random

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from tests.interop.call_changes import Change, covers
from tests.interop.signed_calls import Case


def _at(draw: Random, case: Case, change: Callable[[str], str]) -> Case:
    """Return a case with the value of one header changed, most often the last."""
    if not case.headers:
        return case
    last = len(case.headers) - 1
    at = last if draw.random() < 0.7 else draw.randint(0, last)
    headers = list(case.headers)
    headers[at] = (headers[at][0], change(headers[at][1]))
    return replace(case, headers=tuple(headers))


def _letter(draw: Random, value: str) -> str:
    at = draw.randint(0, len(value))
    letter = draw.choice(f"{string.hexdigits},;=: \té\x85\xa0+/-_")
    return value[:at] + letter + value[at + draw.choice((0, 1)) :]


_BENDS: tuple[Callable[[Random, str], str], ...] = (
    _letter,
    lambda *_: "",
    lambda _, value: value.upper(),
    lambda _, value: value.lower(),
    lambda _, value: value.swapcase(),
    lambda _, value: f" {value}\t",
    lambda _, value: f"\xa0{value}",
    lambda _, value: value.rstrip("="),
    lambda _, value: f"{value}=",
    lambda _, value: value.replace("+", "-").replace("/", "_"),
    lambda draw, value: value[: draw.randint(0, len(value))],
    lambda _, value: f"sha256={value}",
    lambda _, value: f"bearer {value}",
    lambda _, value: value.partition("=")[2] or value.partition(" ")[2],
    lambda _, value: f"{value},{value}",
    lambda _, value: f"v0=1,v0=2,{value}",
    lambda _, value: f"{value},t=1",
    lambda _, value: f"{value} v2,AAAA v2,BBBB",
    lambda _, value: ",".join(reversed(value.split(","))),
    lambda _, value: value.replace("v1", "v9").replace("h1", "h9"),
    lambda _, value: value.replace("=", " = "),
    lambda _, value: base64.b64encode(_unhexed(value)).decode(),
)


def _unhexed(value: str) -> bytes:
    try:
        return bytes.fromhex(value)
    except ValueError:
        return value.encode()


def _bent(draw: Random, case: Case) -> Case:
    bend = draw.choice(_BENDS)
    return _at(draw, case, lambda value: bend(draw, value))


def _dropped(draw: Random, case: Case) -> Case:
    if not case.headers:
        return case
    gone = draw.randrange(len(case.headers))
    kept = tuple(one for at, one in enumerate(case.headers) if at != gone)
    return replace(case, headers=kept)


def _twice(draw: Random, case: Case) -> Case:
    if not case.headers:
        return case
    name, value = draw.choice(case.headers)
    second = (name.swapcase(), draw.choice([value, f"{value} ", f"{value}0", "1"]))
    return replace(case, headers=(*case.headers, second))


def _prefixed(draw: Random, case: Case) -> Case:
    prefix = draw.choice(
        ["sha1=", "sha256=", "sha512=", "Bearer ", "BEARER ", "\u017f:"]
    )
    return _at(draw, case, lambda value: prefix + value)


def _side_by_side(draw: Random, case: Case) -> Case:
    """Write an ECDSA signature as its two numbers; bend another somehow."""
    if case.config["algorithm"] != "ecdsa-p256-sha256":
        return _bent(draw, case)
    return _at(draw, case, _halves)


def _halves(value: str) -> str:
    is_hex = set(value) <= set(string.hexdigits)
    try:
        octets = bytes.fromhex(value) if is_hex else base64.b64decode(value)
        numbers = decode_dss_signature(octets)
    except ValueError:
        return value
    whole = b"".join(number.to_bytes(32) for number in numbers)
    return whole.hex() if is_hex else base64.b64encode(whole).decode()


def _repeated(draw: Random, case: Case) -> Case:
    """Repeat the members of a keyed header, as often as is allowed or once more."""
    form = case.config.get("header") or {}
    separator = form.get("separator", ",")
    times = draw.choice((2, 16, 17))
    return _at(draw, case, lambda value: separator.join([value] * times))


def _moved(draw: Random, case: Case) -> Case:
    apart = draw.choice([0, 1, -1, 5, 6, 60, 61, 299, 300, 301, -300, -301, 10**6])
    return replace(case, now=max(0, case.now + apart))


def _otherwise(draw: Random, case: Case) -> Case:
    body = case.body + draw.choice([b"", b" "])
    return replace(case, body=body, method=draw.choice(["POST", "post", "GET"]))


BENDS: tuple[Change, ...] = (
    _bent,
    _bent,
    _bent,
    _dropped,
    _twice,
    _prefixed,
    _side_by_side,
    _repeated,
    _moved,
    _moved,
    covers,
    _otherwise,
)
