"""What a dry run of replaying found, in a sentence."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

_EFFECTS: Final = ("created", "updated", "unchanged", "archived", "deleted", "failed")


class Tally(NamedTuple):
    """What would be: how good that is, in a sentence, and why."""

    level: Literal["success", "warning"]
    what: str
    why: str


def tally_of(
    by_status: Mapping[str, int], counts: Mapping[str, int], first: str | None
) -> Tally:
    """Return what replaying would do, in words; `first` is why one stays dead."""
    total = sum(by_status.values())
    dead = by_status.get("dead", 0)
    told = effects_words(counts) or "nothing changes"
    why = f"Nothing was written. Signals: {told}."
    if not dead:
        return Tally("success", f"All {total:,} could be mapped now.", why)
    what = f"{dead:,} of {total:,} would be dead letters again."
    return Tally("warning", what, f"{why} The first: {first}" if first else why)


def effects_words(counts: Mapping[str, object]) -> str:
    """Return counts of effects as words: `2 created, 1 updated`."""
    found = [(name, counts.get(name)) for name in _EFFECTS]
    return ", ".join(f"{n:,} {name}" for name, n in found if isinstance(n, int) and n)
