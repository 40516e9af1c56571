"""Looking for secrets and for people in a sample before it becomes a file of a project.

What is found is told with its place and with a stand-in; nothing is replaced before a
person has looked. Better one finding too many: keeping a value is one click.
"""

import ipaddress
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ferrule.exchange import Json
from ferrule.expression.steps import Step, write_steps
from ferrule.redaction import MASK, Redactor, is_secret_name, live
from ferrule.suggestion.words import squashed, vocabulary, words
from ferrule.workspace.fixture_stand_ins import Sort, stand_in

_MOST_VALUES: Final = 200_000
_MOST_FINDINGS: Final = 1_000
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_TOKENS: Final = (
    re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    re.compile(
        r"(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|lin_api_|secret_|ntn_|sk-|sk_live_|"
        r"rk_live_|AKIA|ATATT|dp\.pt\.|shpat_)[A-Za-z0-9_./+=-]{10,}"
    ),
)
_PHONE: Final = re.compile(r"(?<![\w+.])(?:\+|00)\d[\d ()/.-]{6,17}\d(?!\w)")
_LOCAL_PHONE: Final = re.compile(r"\(?\d[\d ()/.-]{5,17}\d")
_IPV4: Final = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
_IPV6: Final = re.compile(r"(?<![\w:])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+")
_OPAQUE: Final = re.compile(r"[A-Za-z0-9_+/=.~-]{24,}")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:.*")
_FULL_NAMES: Final = vocabulary(
    "fullname displayname realname firstname lastname givenname familyname surname"
    " nickname screenname username userlogin login authorname creatorname ownername"
    " assigneename reportername contactname"
)
_OWNERS: Final = vocabulary(
    "user author assignee assignees creator owner member members person people reporter"
    " actor sender requester participant participants lead manager contact customer"
    " employee profile editor updater updateauthor createdby updatedby modifiedby"
    " lasteditedby from to cc users followers watchers"
)
_PHONE_WORDS: Final = frozenset({"phone", "mobile", "tel", "telephone", "fax", "cell"})
_SHOWN: Final = 4
_SHORTEST_NAME: Final = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One value that may be a secret or a person's, and what would stand in for it.

    `places` tells where it first stands, `count` how often. A `must` cannot be kept.
    """

    sort: Sort
    value: str
    place: str
    count: int
    proposed: str
    must: bool = False
    keep: bool = False

    @property
    def masked(self) -> str:
        """Return the value as it may be shown: its beginning and its length."""
        if self.sort in {"secret", "token"} or len(self.value) <= _SHOWN:
            return f"{MASK} ({len(self.value)})"
        return f"{self.value[:2]}…{self.value[-1:]} ({len(self.value)})"


@dataclass(frozen=True, slots=True)
class _Seen:
    sort: Sort
    value: str
    place: str


def look_over(
    parts: Mapping[str, Json],
    *,
    config: Mapping[str, Json] | None = None,
    redactor: Redactor = live,
) -> list[Finding]:
    """Return what a person should look at before these values are written down.

    `parts` are values by the name under which their places are told (`page 1`). Values
    of `config` are told too, to be kept unless a person says otherwise.
    """
    found: dict[str, _Seen] = {}
    counts: Counter[str] = Counter()
    for seen in _all(parts, config or {}, redactor):
        counts[seen.value] += 1
        if len(found) < _MOST_FINDINGS:
            known = found.get(seen.value)
            if known is None or _weight(seen.sort) < _weight(known.sort):
                found[seen.value] = seen
    return list(_proposed(list(found.values()), counts))


def replaced(value: Json, choices: Mapping[str, str]) -> Json:
    """Return a value with each chosen text replaced wherever it stands.

    A number keeps its type: one that is named by its digits becomes other digits.
    """
    if not choices:
        return value
    ordered = sorted(choices, key=len, reverse=True)
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(x)}(?!\w)" for x in ordered))

    def put(text: str) -> str:
        return pattern.sub(lambda match: choices[match[0]], text)

    def walk(here: Json) -> Json:
        if isinstance(here, str):
            return put(here)
        if isinstance(here, dict):
            return {put(name): walk(member) for name, member in here.items()}
        if isinstance(here, list):
            return [walk(element) for element in here]
        if isinstance(here, int) and not isinstance(here, bool):
            other = choices.get(str(here), "")
            return int(other) if other.isdecimal() else here
        return here

    return walk(value)


def _proposed(seen: Sequence[_Seen], counts: Counter[str]) -> Iterator[Finding]:
    numbers: Counter[Sort] = Counter()
    taken = {one.value.casefold() for one in seen}
    for one in sorted(seen, key=lambda x: _weight(x.sort)):
        proposed = ""
        while not proposed or proposed.casefold() in taken:
            number = numbers[one.sort]
            proposed = stand_in(one.sort, one.value, number)
            if proposed == one.value:  # nothing but signs: no shape to keep
                proposed = f"stand-in-{number}"
            numbers[one.sort] += 1
        taken.add(proposed.casefold())
        yield Finding(
            sort=one.sort,
            value=one.value,
            place=one.place,
            count=counts[one.value],
            proposed=proposed,
            must=one.sort == "secret",
            keep=one.sort == "account",
        )


_ORDER: Final[tuple[Sort, ...]] = (
    "secret",
    "token",
    "email",
    "phone",
    "ip",
    "name",
    "opaque",
    "account",
)


def _weight(sort: Sort) -> int:
    return _ORDER.index(sort)


def _all(
    parts: Mapping[str, Json], config: Mapping[str, Json], redactor: Redactor
) -> Iterator[_Seen]:
    left = _MOST_VALUES
    for part, value in parts.items():
        for steps, leaf in _leaves(value, ()):
            left -= 1
            if left < 0:
                return
            place = f"{part} {write_steps(steps)}".strip()
            yield from _in_leaf(leaf, steps, place, redactor)
    for name, value in config.items():
        text = value if isinstance(value, str) else ""
        if len(text) >= _SHORTEST_NAME and "://" not in text:
            yield _Seen("account", text, f"configuration {name}")


def _leaves(
    value: Json, steps: tuple[Step, ...]
) -> Iterator[tuple[tuple[Step, ...], Json]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves(member, (*steps, name))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from _leaves(element, (*steps, index))
    else:
        yield steps, value


def _in_leaf(
    leaf: Json, steps: tuple[Step, ...], place: str, redactor: Redactor
) -> Iterator[_Seen]:
    names = [step for step in steps if isinstance(step, str)]
    name = names[-1] if names else ""
    if isinstance(leaf, int) and not isinstance(leaf, bool):
        if _PHONE_WORDS & set(words(name)):
            yield _Seen("phone", str(leaf), place)
        return
    if not isinstance(leaf, str) or not leaf.strip():
        return
    owner = names[-2] if names[1:] else ""
    for sort, text in _in_text(leaf, name, owner, redactor):
        if MASK not in text:
            yield _Seen(sort, text, place)


def _in_text(
    text: str, name: str, owner: str, redactor: Redactor
) -> Iterator[tuple[Sort, str]]:
    if redactor.text(text) != text:
        yield "secret", text
        return
    tokens = [m[0] for pattern in _TOKENS for m in pattern.finditer(text)]
    yield from (("token", token) for token in tokens)
    if not tokens and _is_named_secret(name, text):
        yield "token", text
        return
    yield from (("email", found[0]) for found in _EMAIL.finditer(text))
    yield from (("phone", found) for found in _phones(text, name))
    yield from (("ip", found) for found in _addresses(text))
    if _is_name(name, owner) and _looks_like_name(text):
        yield "name", text.strip()
    elif not tokens and _is_opaque(text):
        yield "opaque", text


def _is_named_secret(name: str, text: str) -> bool:
    return (
        is_secret_name(name)
        and len(text) >= 12  # noqa: PLR2004  `key` also names short things
        and " " not in text
        and any(c.isdigit() for c in text)
    )


def _is_name(name: str, owner: str) -> bool:
    plain = squashed(name)
    if plain in _FULL_NAMES:
        return True
    return plain in {"name", "title"} and squashed(owner) in _OWNERS


def _looks_like_name(text: str) -> bool:
    plain = text.strip()
    return (
        _SHORTEST_NAME <= len(plain) <= 80  # noqa: PLR2004  longer ones are sentences
        and "://" not in plain
        and "@" not in plain
        and any(c.isalpha() for c in plain)
    )


def _phones(text: str, name: str) -> Iterator[str]:
    yield from (match[0] for match in _PHONE.finditer(text))
    told = bool(_PHONE_WORDS & set(words(name)))
    if told and not _PHONE.search(text) and _LOCAL_PHONE.fullmatch(text.strip()):
        yield text.strip()


def _addresses(text: str) -> Iterator[str]:
    for pattern in (_IPV4, _IPV6):
        for match in pattern.finditer(text):
            if not _TIME.search(text) and _is_public(match[0]):
                yield match[0]


def _is_public(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


def _is_opaque(text: str) -> bool:
    if not _OPAQUE.fullmatch(text) or _UUID.fullmatch(text) or _TIME.match(text):
        return False
    kinds = [any(map(check, text)) for check in (str.islower, str.isupper, str.isdigit)]
    return sum(kinds) > 1 and kinds[2]
