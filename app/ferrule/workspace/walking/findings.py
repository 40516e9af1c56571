"""What stands out in one walk: ids that come again, pages that are cut short.

Each finding is a sentence with its figures and, where something is wrong, what to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from ferrule.workspace.walking.walk import Walk

Level = Literal["ok", "info", "warning", "error"]
_CAPS: Final = frozenset({10, 20, 25, 30, 40, 50, 60, 75, 80, 100, 200, 250, 500, 1000})


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: how bad it is, what was seen, and what to do."""

    level: Level
    words: str
    advice: str = ""


def walk_checks(walk: Walk) -> Iterator[Check]:
    """Yield what stands out in one walk over pages."""
    yield from _repeated(walk)
    yield from _capped(walk)
    for page in walk.walked:
        if not page.listed and walk.plan is not None:
            path = walk.plan.mapping.mapping.items_path
            yield Check(
                "warning",
                f"Page {page.number} has no {path}: it counts as empty.",
                "Look at the page: is the list elsewhere?",
            )
            break
    failed = sum(len(page.errors) for page in walk.walked)
    if failed:
        yield Check("warning", f"{counted(failed)} could not be mapped.")
    yield from (Check("info", notice) for notice in walk.notices)


def _repeated(walk: Walk) -> Iterator[Check]:
    doubled = within_pages(walk)
    if doubled:
        yield Check(
            "warning",
            f"{_ids(doubled)} again on the same page: of each one is kept.",
            "Is it the id of the item? Look at its path, and at the items.",
        )
    pairs = within_slices(walk)
    if any(pairs):
        yield Check(
            "warning",
            f"{_ids(pairs.count(True))} again on a later page.",
            "Sort by what does not change while pages are read, such as the id.",
        )
    if not all(pairs):
        words = f"{_ids(pairs.count(False))} in more than one slice: kept once."
        yield Check("info", words)


def within_pages(walk: Walk) -> int:
    """Return how many times an id came again on the page where it came first."""
    repeats = ((page, repeat) for page in walk.walked for repeat in page.repeats)
    return sum(page.number == repeat.first for page, repeat in repeats)


def within_slices(walk: Walk) -> list[bool]:
    """Return of each id that came again later whether its slice had it before."""
    slices = {page.number: page.slice_key for page in walk.walked}
    return [
        page.slice_key == slices.get(repeat.first)
        for page in walk.walked
        for repeat in page.repeats
        if repeat.first != page.number
    ]


def _ids(many: int) -> str:
    return "1 id came" if many == 1 else f"{many:,} ids came"


def _capped(walk: Walk) -> Iterator[Check]:
    """Suspect that the service gives smaller pages than were asked for."""
    first = next((page for page in walk.walked if page.failure is None), None)
    plan = walk.plan
    if first is None or plan is None or first.end is None or not first.end.short:
        return
    size = plan.pagination.page_size
    if size is not None and first.count < size and first.count in _CAPS:
        yield Check(
            "warning",
            f"The first page holds {first.count} items though {size} were asked for, "
            "and paging ends there.",
            f"Does the service give {first.count} at most? Then set that page size.",
        )


def counted(many: int) -> str:
    """Return a number of items in words."""
    return "1 item" if many == 1 else f"{many:,} items"
