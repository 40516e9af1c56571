"""Which hosts a permission may name: exact ones, or `*.` before at least two labels.

So a permission is never wider than one vendor's own domain (semantics 13).
"""

import ipaddress
import re
from typing import Annotated, TypeAlias

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from ferrule.errors import DescriptorError

_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_PORT = re.compile(r":[0-9]{1,5}")
_FIXED_LABELS = 2
_LONGEST = 253
_ADVICE = "Use an exact host, or *. before at least two labels."


def check_pattern(host: str) -> None:
    """Refuse a host pattern that is no host, or is wider than one vendor.

    Raises:
        DescriptorError: saying what is wrong with it.
    """
    fixed = host.removeprefix("*.").lower()
    if host.lower() == fixed and _is_address(fixed):
        return
    bare = fixed if host.startswith("*.") else _PORT.sub("", fixed)
    if "*" in fixed or (host.startswith("*.") and _labels(fixed) < _FIXED_LABELS):
        raise DescriptorError(
            f"The host pattern {host[:80]!r} is too wide.", advice=_ADVICE
        )
    # in lower case the sign for kelvin is an ASCII letter
    if len(bare) > _LONGEST or not host.isascii() or not _NAME.fullmatch(bare):
        raise DescriptorError(f"{host[:80]!r} is not a host.", advice=_ADVICE)


def covers(pattern: str, host: str) -> bool:
    """Return whether a pattern allows a host, or everything another pattern allows."""
    wanted, found = pattern.lower(), host.lower()
    if not wanted.startswith("*."):
        return wanted == found
    return found.removeprefix("*").endswith(wanted[1:])


def _labels(name: str) -> int:
    return name.count(".") + 1


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True


def _checked(host: str) -> str:
    try:
        check_pattern(host)
    except DescriptorError as error:
        context = {"message": error.message, "advice": error.advice}
        raise PydanticCustomError("host", "{message}", context) from None
    return host


HostPattern: TypeAlias = Annotated[str, AfterValidator(_checked)]
