"""How urgent an item is: which member says so, and what its values mean."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from ferrule.exchange import Json
from ferrule.suggestion.candidate import Candidate, ranked
from ferrule.suggestion.profile import Leaf
from ferrule.suggestion.words import squashed, vocabulary, words

Meanings: TypeAlias = dict[Json, str]
_LEVELS: Final = ("critical", "high", "medium", "low")
_NAMES: Final = {
    "priority": 0.95,
    "severity": 0.92,
    "urgency": 0.9,
    "importance": 0.85,
    "criticality": 0.85,
    "impact": 0.7,
    "prio": 0.9,
    "level": 0.65,
}
_INNER: Final = frozenset(
    {"name", "value", "label", "summary", "title", "key", "id", ""}
)
_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "critical": vocabulary(
        "blocker critical emergency fatal highest immediate urgent asap veryhigh panic "
        "alert showstopper"
    ),
    "high": vocabulary("high major important error severe elevated"),
    "medium": vocabulary(
        "medium normal moderate default average standard warning warn"
    ),
    "low": vocabulary(
        "low lowest minor trivial info informational notice debug verylow none "
        "negligible cosmetic planning"
    ),
}
_MEANING: Final = {word: level for level, told in _WORDS.items() for word in told}
_CODE: Final = re.compile(
    r"(?:p|sev|s|prio|priority|severity)[ _-]?([0-9])", re.IGNORECASE
)
_LABEL: Final = re.compile(
    r"(?:priority|prio|severity|sev|urgency|importance)\s*(?:::|[:/ _-])\s*(.+)",
    re.IGNORECASE,
)
_LABELS: Final = frozenset({"label", "labels", "tag", "tags"})
_DIGITS: Final = range(10)
_MOST_VALUES: Final = 12
_HALF: Final = 0.5


def find_ranks(leaves: Sequence[Leaf]) -> list[Candidate]:
    """Return priority rules made of the sample's values, the most telling first."""
    found = [*_members(leaves), *_labelled(leaves)]
    return ranked(found)


def _members(leaves: Sequence[Leaf]) -> Iterator[Candidate]:
    for leaf in leaves:
        score = _by_name(leaf)
        values = list(dict.fromkeys(leaf.values))
        if not score or not values or len(values) > _MOST_VALUES or leaf.is_flag:
            continue
        meanings, sure = _meanings(values)
        if len(meanings) >= _HALF * len(values) and meanings:
            score *= sure - 0.05 * leaf.depth
            score *= 1 if len(meanings) > 1 else 0.8
            yield _candidate(leaf.path, meanings, score)


def _by_name(leaf: Leaf) -> float:
    if not leaf.singular or not leaf.names:
        return 0.0
    own = _NAMES.get(leaf.squashed, 0.0) or _NAMES.get(_last(leaf.name), 0.0) * 0.9
    held = _NAMES.get(squashed(leaf.owner), 0.0)
    return own or (held if leaf.squashed in _INNER else 0.0)


def _last(name: str) -> str:
    return words(name)[-1] if words(name) else ""


def _meanings(values: Sequence[Json]) -> tuple[Meanings, float]:
    """Return what values mean, as far as that is known, and how certain that is."""
    told: Meanings = {
        value: _MEANING[squashed(value)]
        for value in values
        if isinstance(value, str) and squashed(value) in _MEANING
    }
    coded = {v: code for v in values if (code := _code(v)) is not None}
    if len(coded) > len(told):
        numbers = all(not isinstance(v, str) or v.isdecimal() for v in coded)
        return _scaled(coded), 0.65 if numbers else 0.92
    return told, 0.97


def _code(value: Json) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value in _DIGITS else None
    if not isinstance(value, str):
        return None
    match = _CODE.fullmatch(value.strip())
    if match:
        return int(match[1])
    head = value.strip()[:1]
    alone = value.strip()[1:2] in {"", " ", "-", "."}
    return int(head) if head.isascii() and head.isdecimal() and alone else None


def _scaled(codes: Mapping[Json, int]) -> Meanings:
    """Return what codes mean: the lowest number is the most urgent.

    A plain 0 beside others means that no priority is set; P0 is a level.
    """
    unset = {v for v, code in codes.items() if code == 0 and not isinstance(v, str)}
    lowest = 0 if any(c == 0 for v, c in codes.items() if v not in unset) else 1
    return {
        value: _LEVELS[min(code - lowest, len(_LEVELS) - 1)]
        for value, code in codes.items()
        if value not in unset
    }


def _labelled(leaves: Sequence[Leaf]) -> Iterator[Candidate]:
    """Yield rules for labels such as `priority: high`."""
    for leaf in leaves:
        if leaf.singular or _LABELS.isdisjoint(map(str.lower, leaf.names)):
            continue
        matches = ((text, _LABEL.fullmatch(text.strip())) for text in set(leaf.texts))
        told = {text: match[1] for text, match in matches if match}
        meanings, _ = _meanings(sorted(told.values()))
        by_text: Meanings = {
            t: meanings[part] for t, part in sorted(told.items()) if part in meanings
        }
        if by_text:
            yield _candidate(leaf.path, by_text, 0.8)


def _candidate(path: str, meanings: Meanings, score: float) -> Candidate:
    rules: list[Json] = []
    for level in _LEVELS:
        values = [value for value, meaning in meanings.items() if meaning == level]
        if values[1:]:
            rules.append(
                {"when": path, "operator": "in", "value": values, "then": level}
            )
        elif values:
            rules.append(
                {"when": path, "operator": "equals", "value": values[0], "then": level}
            )
    shown = ", ".join(f"{value} is {level}" for value, level in [*meanings.items()][:4])
    return Candidate(
        {"priorityMapping": rules},
        score,
        f"`{path[2:]}` tells how urgent it is: {shown}.",
    )
