"""The sentence of an item: its title, with the number or key that people say."""

from collections.abc import Iterator, Sequence
from typing import Final

from ferrule.expression.placeholder import NAME
from ferrule.suggestion.candidate import Candidate, ranked
from ferrule.suggestion.profile import Leaf
from ferrule.suggestion.times import is_time_name
from ferrule.suggestion.words import squashed, vocabulary, words

_TITLES: Final = {
    "title": 0.93,
    "summary": 0.92,
    "subject": 0.92,
    "headline": 0.9,
    "shortdescription": 0.9,
    "name": 0.85,
    "displayname": 0.84,
    "fullname": 0.84,
    "eventname": 0.8,
    "label": 0.7,
    "caption": 0.7,
    "text": 0.66,
    "message": 0.66,
    "description": 0.62,
    "body": 0.62,
    "content": 0.6,
    "comment": 0.6,
    "note": 0.6,
    "emailaddress": 0.55,
    "email": 0.55,
    "username": 0.5,
}
_SPOKEN: Final = frozenset({"text", "message", "body", "content", "comment", "note"})
_NUMBERS: Final = {
    "identifier": 0.9,
    "number": 0.9,
    "key": 0.85,
    "casenumber": 0.9,
    "ordernumber": 0.9,
    "incidentnumber": 0.9,
    "ticketnumber": 0.9,
    "shortid": 0.85,
    "displayid": 0.85,
    "iid": 0.85,
    "idshort": 0.5,
    "reference": 0.6,
}
_INNER: Final = frozenset({"rendered", "value", "raw", "en", "default", "plain"})
_HOLDERS: Final = vocabulary(
    "attributes fields properties source node record data item resource"
)
_CONTEXT: Final = frozenset({"config", "stream", "event", "headers"})
_SHORT: Final = 24
_ENOUGH: Final = 0.6
_OTHERS: Final = 0.45


def find_summaries(
    leaves: Sequence[Leaf], authors: Sequence[str] = ()
) -> list[Candidate]:
    """Return templates for an item's summary, the most telling first.

    `authors` are paths of who wrote an item: what was said is shown with its author.
    """
    titles = sorted(_titles(leaves), key=lambda pair: (-pair[0], -pair[1].distinct))
    number = _number(leaves)
    found = [_candidate(score, leaf, number, authors) for score, leaf in titles[:5]]
    return ranked([*found, *_fallback(leaves)])


def _titles(leaves: Sequence[Leaf]) -> Iterator[tuple[float, Leaf]]:
    for leaf in leaves:
        if leaf.is_text:
            score = _told(leaf) - _beyond(leaf)
            yield score * (0.5 + 0.5 * leaf.coverage), leaf
    spread = [x for x in leaves if x.is_text and not x.singular]
    for leaf in spread:
        if leaf.squashed in {"plaintext", "text"} and "title" in leaf.names:
            yield 0.8 * (0.5 + 0.5 * leaf.coverage), leaf


def _told(leaf: Leaf) -> float:
    if not leaf.singular:
        return 0.0
    name = leaf.squashed
    if name in _INNER and squashed(leaf.owner) in _TITLES:
        return _TITLES[squashed(leaf.owner)] - 0.01
    told = _TITLES.get(name, 0.0)
    if not told and words(leaf.name)[-1:] in {("title",), ("subject",), ("name",)}:
        told = _OTHERS
    same = leaf.repeats or leaf.distinct == 1 < leaf.items
    return told - 0.1 if told and same else told


def _beyond(leaf: Leaf) -> float:
    inner = [n for n in leaf.names[:-1] if squashed(n) not in _HOLDERS]
    if leaf.squashed in _INNER:
        inner = inner[:-1]
    return 0.2 * len(inner)


def _number(leaves: Sequence[Leaf]) -> Leaf | None:
    """Return the number or key by which people call an item, if there is one."""
    able = [
        leaf
        for leaf in leaves
        if leaf.singular
        and leaf.coverage == 1
        and leaf.distinct == len(leaf.values)
        and _beyond(leaf) <= 0
        and all(_is_short(value) for value in leaf.values)
    ]
    best = max(able, key=lambda x: _NUMBERS.get(x.squashed, 0.0), default=None)
    told = best is not None and _NUMBERS.get(best.squashed, 0.0) > _ENOUGH
    return best if told else None


def _is_short(value: object) -> bool:
    return isinstance(value, int | str) and len(str(value)) <= _SHORT


def _candidate(
    score: float, leaf: Leaf, number: Leaf | None, authors: Sequence[str]
) -> Candidate:
    text = placeholder(leaf)
    shown = leaf.path.removeprefix("$.")
    reason = f"`{shown}` is a text in {leaf.told}."
    if leaf.squashed in _SPOKEN and authors:
        text = f"{_of_path(authors[0])}: {text}"
        reason = f"`{shown}` is what somebody said; its author stands before it."
    elif number is not None and number is not leaf:
        bare = all(isinstance(value, int) for value in number.values)
        text = f"{'#' if bare else ''}{placeholder(number)} {text}"
        reason = f"{reason[:-1]}; people call it by `{number.name}`."
    return Candidate({"summaryTemplate": text}, score, reason)


def _fallback(leaves: Sequence[Leaf]) -> Iterator[Candidate]:
    """Yield the most different text, for items that have no title."""
    able = [x for x in leaves if x.is_text and x.singular and not is_time_name(x.name)]
    best = max(able, key=lambda x: (x.distinct, sum(map(len, x.texts))), default=None)
    if best is not None:
        reason = f"`{best.path[2:]}` is the text that differs most between items."
        yield Candidate({"summaryTemplate": placeholder(best)}, 0.3, reason)


def placeholder(leaf: Leaf) -> str:
    """Return the placeholder of a leaf: a dotted name where it can be one."""
    dotted = ".".join(leaf.names)
    if not leaf.singular:
        return "{{" + leaf.path + '|join("")}}'
    plain = NAME.fullmatch(dotted) and leaf.names[0] not in _CONTEXT
    return "{{" + (dotted if plain else leaf.path) + "}}"


def _of_path(path: str) -> str:
    dotted = path.removeprefix("$.")
    plain = NAME.fullmatch(dotted) and dotted.split(".")[0] not in _CONTEXT
    return "{{" + (dotted if plain else path) + "}}"
