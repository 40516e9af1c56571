"""What a detector returns: members of a descriptor, how likely, and why.

A score goes from 0 to 1 and is put into a word where a person reads it. Only what is
`sure` may be wrong in no more than one of fifty cases; a test holds it to that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from ferrule.exchange import Json, encode

Confidence: TypeAlias = Literal["sure", "likely", "guess"]

SURE: Final = 0.85
LIKELY: Final = 0.6
WORTH_TELLING: Final = 0.2
_MOST: Final = 0.99
_CLOSE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Candidate:
    """Members (wire names) that could stand in a part of a descriptor.

    Candidates of one `kin` do not contradict each other: each would do.
    """

    members: Mapping[str, Json]
    score: float
    reason: str
    kin: str = ""

    def scored(self, score: float) -> "Candidate":
        """Return it with another score, cut to what a score may be."""
        return replace(self, score=min(max(score, 0.0), _MOST))


def confidence(score: float) -> Confidence:
    """Return a score as the word that a person reads."""
    if score >= SURE:
        return "sure"
    return "likely" if score >= LIKELY else "guess"


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the candidates worth telling, the best first, each thing once.

    Where the second is nearly as good as the first, the first is no more than likely.
    """
    best: dict[bytes, Candidate] = {}
    for candidate in candidates:
        key = encode(dict(candidate.members))
        if key not in best or best[key].score < candidate.score:
            best[key] = candidate.scored(candidate.score)
    found = sorted(best.values(), key=lambda c: -c.score)
    found = [c for c in found if c.score >= WORTH_TELLING]
    if not found[1:]:
        return found
    first = _humbled(found[0], found[1])
    return [first, *(c.scored(min(c.score, first.score)) for c in found[1:])]


def _humbled(first: Candidate, second: Candidate) -> Candidate:
    kin = bool(first.kin) and first.kin == second.kin
    doubtful = first.score >= SURE and first.score - second.score < _CLOSE
    return first.scored(SURE - 0.01) if doubtful and not kin else first
