"""What stands in for a person's data in a fixture: the same type and shape, made up.

Equal values get equal stand-ins, different ones different ones, and which comes depends
on nothing but their order. Addresses and names are those that are reserved for examples
(RFC 2606, RFC 5737, RFC 3849); digits of telephone numbers are of the 555-01xx range.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, Literal

Sort = Literal[
    "secret", "token", "email", "phone", "ip", "name", "account", "opaque"
]  # fmt: skip

_PEOPLE: Final = (
    "Ada",
    "Bee",
    "Cleo",
    "Dan",
    "Eva",
    "Finn",
    "Gil",
    "Hana",
    "Ivo",
    "June",
    "Kai",
    "Lea",
    "Max",
    "Nora",
    "Otto",
    "Pia",
    "Quin",
    "Rosa",
    "Sam",
    "Tess",
    "Uma",
    "Vera",
    "Will",
    "Xena",
    "Yara",
    "Zoe",
)
_FAMILIES: Final = ("Example", "Sample", "Specimen", "Model", "Pattern")
_PHONE: Final = "5550100"
_LETTERS: Final = "xabcdefghijklmnopqrstuvwyz"


def stand_in(sort: Sort, value: str, number: int) -> str:
    """Return the stand-in for the `number`th value (from 0) of a sort."""
    return _MAKERS[sort](value, number)


def person(number: int) -> tuple[str, str]:
    """Return the given and the family name of a person who is none."""
    turn, at = divmod(number, len(_PEOPLE))
    return _PEOPLE[at] + (str(turn + 1) if turn else ""), _FAMILIES[at % len(_FAMILIES)]


def _email(value: str, number: int) -> str:
    given, family = person(number)
    local = value.rpartition("@")[0]
    name = f"{given}.{family}" if "." in local else given
    return f"{name.lower()}@example.com"


def _name(value: str, number: int) -> str:
    given, family = person(number)
    many = len(value.split())
    if many > 1:
        words = [given, *("M." for _ in range(many - 2)), family]
        return " ".join(words)
    found = re.search(r"[._-]", value)
    made = given + (found[0] + family if found else "")
    return made if value[:1].isupper() else made.lower()


def _phone(value: str, number: int) -> str:
    digits = iter(_digits(sum(c.isdigit() for c in value), number))
    return "".join(next(digits) if c.isdigit() else c for c in value)


def _digits(count: int, number: int) -> str:
    told = str(int(_PHONE) + number)
    return told[-count:] if count <= len(told) else "1" + told.rjust(count - 1, "0")


def _ip(value: str, number: int) -> str:
    if ":" in value:
        return f"2001:db8::{number + 1:x}"
    if number < 254:  # noqa: PLR2004  the hosts of one documentation network
        return f"192.0.2.{number + 1}"
    return f"198.51.100.{number % 254 + 1}"


def _token(value: str, number: int) -> str:
    """Return letters only, the prefix gone too: no lint may take it for a secret."""
    return _shaped(re.sub(r"[0-9]", "x", value), number)


def _opaque(value: str, number: int) -> str:
    return _shaped(value, number)


def _shaped(value: str, number: int) -> str:
    """Return a text whose characters are of the same classes, counted at its end."""
    made = [_like(char, value_of) for char, value_of in _counted(value, number)]
    return "".join(reversed(made))


def _counted(value: str, number: int) -> Iterator[tuple[str, int]]:
    left = number + 1
    for char in reversed(value):
        if char.isascii() and char.isdigit():
            left, digit = divmod(left, 10)
        elif char.isalpha():
            left, digit = divmod(left, 26)
        else:
            digit = 0
        yield char, digit


def _like(char: str, digit: int) -> str:
    if char.isascii() and char.isdigit():
        return str(digit)
    if char.isalpha():
        letter = _LETTERS[digit]
        return letter.upper() if char.isupper() else letter
    return char


_MAKERS: Final[dict[Sort, Callable[[str, int], str]]] = {
    "secret": _token,
    "token": _token,
    "email": _email,
    "phone": _phone,
    "ip": _ip,
    "name": _name,
    "account": _name,
    "opaque": _opaque,
}
