"""Which version a changed descriptor should have, from what differs.

Versions are MAJOR.MINOR.PATCH (seed 000). While MAJOR is 0 nothing is promised yet
(Semantic Versioning 2.0.0, item 4), so a breaking change moves MINOR there and anything
else PATCH; the step to 1.0.0 is the author's own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ferrule.descriptor.difference.compare import Change, Document, difference
from ferrule.descriptor.difference.rules import LEVELS, Level

_VERSION: Final = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The version that the newer document should have, and why.

    `version` is "" where nothing differs or the older version is none. `due` is whether
    the newer document does not say it, or a higher one, by itself.
    """

    level: Level
    older: str
    version: str
    reason: str
    due: bool

    @property
    def text(self) -> str:
        """Return the proposal as one line."""
        return f"{self.older} → {self.version}: {self.reason}" if self.version else ""


def heaviest_change(changes: Sequence[Change]) -> Change | None:
    """Return the first of the changes that weigh most."""
    return max(changes, key=lambda one: LEVELS.index(one.level), default=None)


def proposed(old: Document, new: Document, changes: Sequence[Change]) -> Proposal:
    """Return the version that the changes ask for."""
    heaviest = heaviest_change(changes)
    older = str(old.get("version") or "")
    numbers = _numbers(older)
    if heaviest is None or heaviest.level == "none" or numbers is None:
        return Proposal("none", older, "", "", due=False)
    wanted = _bumped(numbers, heaviest.level)
    given = _numbers(str(new.get("version") or ""))
    version = ".".join(map(str, wanted))
    due = given is None or given < wanted
    return Proposal(heaviest.level, older, version, heaviest.reason, due=due)


def proposal(old: Document, new: Document) -> Proposal:
    """Return the version that the newer document should have."""
    return proposed(old, new, difference(old, new))


def bumped(version: str, level: Level) -> str:
    """Return the version one level on; a version that is none comes back as it is."""
    numbers = _numbers(version)
    if numbers is None or level == "none":
        return version
    return ".".join(map(str, _bumped(numbers, level)))


def _numbers(version: str) -> tuple[int, int, int] | None:
    found = _VERSION.fullmatch(version)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _bumped(numbers: tuple[int, int, int], level: Level) -> tuple[int, int, int]:
    major, minor, patch = numbers
    early = major == 0
    if level == "major" and not early:
        return major + 1, 0, 0
    if level == "major" or (level == "minor" and not early):
        return major, minor + 1, 0
    return major, minor, patch + 1
