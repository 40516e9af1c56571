"""Lint for what looks like a secret: a descriptor is shared and signed."""

import re
from collections.abc import Iterator

from ferrule.descriptor.variables import texts_of
from ferrule.errors import Problem
from ferrule.exchange import Json

_NAME = re.compile(
    r"(secret|token|password|passwd|api[_-]?key|private[_-]?key)$", re.IGNORECASE
)
_VALUE = re.compile(
    r"\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|xox[abprs]-[\w-]{10,}"
    r"|sk_(live|test)_\w{10,}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,}|glpat-[\w-]{15,}"
    r"|eyJ[\w-]{10,}\.eyJ[\w-]{10,})|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\b(Bearer|Basic) [A-Za-z0-9+/_.~-]{16,}"
)
_PLACES = frozenset({"tokenPath", "refreshTokenPath", "tokenParam", "token"})
_SHORTEST = 16


def secrets(document: Json) -> Iterator[Problem]:
    """Yield FD013 for each text that looks like a secret."""
    for pointer, text in texts_of(document):
        if _looks_secret(pointer.rsplit("/", 1)[-1], text):
            yield Problem(
                "FD013",
                "error",
                pointer,
                "This looks like a secret.",
                "Make it a credential field: a descriptor is shared and signed.",
            )


def _looks_secret(name: str, text: str) -> bool:
    if _VALUE.search(text):
        return True
    if name in _PLACES or not _NAME.search(name):
        return False
    plain = "{{" not in text and not text.startswith(("$", "header:", "http"))
    return plain and len(text) >= _SHORTEST and bool(re.search(r"\d", text))
