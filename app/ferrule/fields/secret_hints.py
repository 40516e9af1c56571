"""What a secret looks like, while it is typed: a word of help that shows none of it.

Length is not told but for what is far too short: how long a secret is helps others too.
"""

import re
from typing import Final, NamedTuple

from ferrule.fields.input_field import InputField
from ferrule.fields.known_tokens import wanted_starts
from ferrule.fields.placing import expects, look_of, misplaced, named

_SAMPLE: Final = re.compile(
    r"[<\[{].*[>\]}]|x{4,}|(?:your|my|the)[-_ ].*|change-?me|.*…|.*\.\.\.|"
    r"(?:test|example|sample|dummy|placeholder|secret|password|token)",
    re.IGNORECASE,
)
_MASKED: Final = re.compile(r"[•●*]{3,}")
_TOKEN: Final = re.compile(r"token|key|secret", re.IGNORECASE)
_SHORT: Final = 8


class Hint(NamedTuple):
    """A sentence below a field; `good` where it says that all looks well."""

    text: str
    good: bool = False


def hint_of(field: InputField, value: str) -> Hint | None:
    """Return what may be said of a value as it stands, None where there is nothing."""
    if not value:
        return None
    wrong = misplaced(field, value)
    if wrong or not field.secret:
        return Hint(wrong) if wrong else None
    worry = _worry(field, value) if field.type == "password" else ""
    return Hint(worry) if worry else _known(field, value)


def _worry(field: InputField, value: str) -> str:
    """Return what makes a secret unlikely to be one."""
    token = bool(_TOKEN.search(f"{field.key} {field.label}"))
    if _MASKED.search(value):
        return "This is how a secret is shown when it is hidden; copy the value itself."
    if _SAMPLE.fullmatch(value):
        return "This looks like a placeholder, not like a secret."
    if look_of(value) is None and token:
        if re.search(r"\s", value.strip()):
            return "There is a space in it; tokens and keys have none."
        if not value.isascii():
            return "There is a letter in it that tokens and keys do not have."
    return _beginning(field, value) or _short(field, value)


def _beginning(field: InputField, value: str) -> str:
    starts = wanted_starts(field)
    if not starts or look_of(value) is not None:
        return ""
    if any(value.startswith(s) or s.startswith(value) for s in starts):
        return ""
    return f"It usually begins with {' or '.join(starts)}."


def _short(field: InputField, value: str) -> str:
    begun = any(value.startswith(start[:1]) for start in wanted_starts(field))
    return "" if begun or len(value) >= _SHORT else "This is very short for a secret."


def _known(field: InputField, value: str) -> Hint | None:
    shape = look_of(value)
    if shape is None or not expects(field, value):
        return None
    return Hint(f"Looks like {named(shape)}.", good=True)
