"""Which type of signal an item is: made, ended, or changed otherwise."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ferrule.exchange import Json
from ferrule.suggestion.candidate import Candidate
from ferrule.suggestion.profile import Leaf
from ferrule.suggestion.sample import Sample
from ferrule.suggestion.words import singular, squashed, vocabulary, words

_STATES: Final = frozenset({"state", "status", "phase", "stage"})
_ENDED: Final = vocabulary(
    "closed completed done finished resolved solved fixed merged"
)
_SCORE: Final = 0.7
_USUAL: Final = "item"


def find_type_rules(
    sample: Sample, id_path: str | None, changed: str | None, created: str | None
) -> list[Candidate]:
    """Return rules for signal types: ended and created items, and all the others.

    The last rule holds for every item, so that each has a type.
    """
    if id_path is None or not sample.items:
        return []
    noun = noun_of(sample.resource)
    rules: list[Json] = [*_ended(sample.leaves, noun)]
    if created and changed and created != changed:
        rules.append(
            {
                "when": created,
                "operator": "equals",
                "valuePath": changed,
                "then": f"{noun}_created",
            }
        )
    rules.append({"when": id_path, "operator": "exists", "then": f"{noun}_updated"})
    reason = f"Signals are named after what is listed: `{noun}`."
    return [Candidate({"signalTypeRules": rules}, _SCORE, reason)]


def noun_of(resource: str) -> str:
    """Return the name of one listed thing as it stands in a signal type."""
    parts = [re.sub(r"[^a-z0-9]", "", word) for word in words(resource)]
    kept = [part for part in parts if part]
    if not kept:
        return _USUAL
    return "_".join([*kept[:-1], singular(kept[-1])])[:60]


def _ended(leaves: Sequence[Leaf], noun: str) -> Iterator[Json]:
    for leaf in leaves:
        named = squashed(leaf.name) in _STATES and leaf.depth <= 1
        if not named or not leaf.singular:
            continue
        ended = [v for v in dict.fromkeys(leaf.texts) if v.lower() in _ENDED]
        if ended and leaf.distinct > len(ended):
            yield {
                "when": leaf.path,
                "operator": "equals",
                "value": ended[0],
                "then": f"{noun}_{ended[0].lower()}",
            }
            return
