"""What a pair of walks tells about an incremental sync: does it ask, answer, miss?

Each check is a sentence with its figures and, where something is wrong, what to do.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Final, TypeAlias

from ferrule.clock import rfc3339
from ferrule.delta import NoDelta, heard
from ferrule.exchange import Json, scalar_text
from ferrule.redaction import live
from ferrule.sync.marks import Marks
from ferrule.sync.plan import StreamPlan
from ferrule.workspace.walking.findings import (
    Check,
    counted,
    within_pages,
    within_slices,
)
from ferrule.workspace.walking.pages import WalkedItem, WalkedPage
from ferrule.workspace.walking.walk import Walk

Begins: TypeAlias = Callable[[str], datetime | None]
_LONGEST: Final = 120
_SKEW: Final = timedelta(seconds=2)


def checks(
    first: Walk, second: Walk, *, removed: Collection[str] = ()
) -> Iterator[Check]:
    """Yield what a first walk and an incremental one after it tell.

    `removed` are items that are known to be gone in between.
    """
    plan = second.plan
    if plan is None:
        return
    if first.end is not None and first.end.kind == "limit":
        yield Check("info", "The first walk ended at its limit: the mark is that of "
                    "what it saw.")  # fmt: skip
    if first.mark is None:
        yield from _markless(plan)
    else:
        yield Check("info", f"Asked from the mark {_shown(first.mark)}.")
        yield from _asked(first, second, plan)
        yield from _answered(first, second, plan)
    yield from _skewed(second, first)
    yield from _doubled(second)
    unheard = [key for key in removed if not _heard_of(second, key)]
    if unheard and first.mark is not None:
        yield Check(
            "info",
            f"{counted(len(unheard))} removed in between: an incremental sync is not "
            "told of that.",
            "A full sync finds what is gone, or say deletedWhen.",
        )
    if not removed and not _differs(first, second):
        yield Check(
            "info",
            "Nothing changed between the two walks: on a live service that is usual.",
            "Change an item there and walk the second time again.",
        )


def _markless(plan: StreamPlan) -> Iterator[Check]:
    if isinstance(plan.delta, NoDelta):
        yield Check("info", "No incremental strategy: every sync reads everything.")
        return
    yield Check(
        "warning",
        "The first walk left no mark: the next sync reads everything again.",
        "Look where the time, the id or the token of the strategy is read from.",
    )


def _shown(mark: Json) -> str:
    text = live.text(scalar_text(mark))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _asked(first: Walk, second: Walk, plan: StreamPlan) -> Iterator[Check]:
    """Look whether the second sync asks for something else than the first."""
    one, two = _first_page(first), _first_page(second)
    if one is None or two is None or plan.delta.compares:
        return
    if (one.url, _body(one)) == (two.url, _body(two)):
        yield Check(
            "error",
            "The second sync asks the same as the first: the mark goes nowhere.",
            "Say where it goes: a parameter, or {{checkpoint}} in the request.",
        )


def _answered(first: Walk, second: Walk, plan: StreamPlan) -> Iterator[Check]:
    """Look whether what came is what was asked for, and whether it is all of it."""
    if plan.delta.compares:
        dropped = sum(page.left_out for page in second.walked)
        yield Check(
            "info", f"Compared here: {counted(dropped)} of the second left out."
        )
        return
    begins = _begins(plan, first.mark)
    found = list(_timed(second, begins))
    if not any(begin for _, begin in _timed(first, begins)):
        yield from _all_again(_items_of(first), _items_of(second))
        return
    old = [item for item, begin in found if _is_before(item, begin)]
    if old:
        yield Check(
            "error",
            f"The service ignores the filter: {len(old)} of {counted(len(found))} are "
            "older than what was asked for.",
            "Check the name, the place and the format of the parameter.",
        )
        return
    yield Check("ok", f"Nothing is older than asked for ({counted(len(found))}).")
    yield from _boundary(first, second, begins)


def _begins(plan: StreamPlan, mark: Json) -> Begins:
    """Return from when each slice is asked for, by its key."""
    marks = Marks(plan, mark, {}, lambda _notice: None)
    return cache(lambda key: plan.delta.earliest(marks.begin(key)))


def _timed(walk: Walk, begins: Begins) -> Iterator[tuple[WalkedItem, datetime | None]]:
    for page in walk.walked:
        begin = begins(page.slice_key)
        yield from ((item, begin) for item in page.items)


def _is_before(item: WalkedItem, begin: datetime | None) -> bool:
    return item.time is not None and begin is not None and item.time < begin


def _all_again(
    before: dict[str, WalkedItem], after: dict[str, WalkedItem]
) -> Iterator[Check]:
    if len(before) > 1 and before.keys() <= after.keys():
        yield Check(
            "error",
            f"All {counted(len(before))} of the first walk came again.",
            "The service ignores the mark, or each item changed meanwhile.",
        )
    else:
        yield Check("ok", f"{len(before.keys() & after.keys())} came again.")


def _boundary(first: Walk, second: Walk, begins: Begins) -> Iterator[Check]:
    """Look at the items at the mark itself: each must come again, once."""
    if second.end is None or second.end.kind != "whole":
        return
    after = _items_of(second)
    due = [
        (item, begin)
        for item, begin in _timed(first, begins)
        if item.time is not None and begin is not None and item.time >= begin
    ]
    missing = [(i, begin) for i, begin in due if i.id not in after]
    edge = [begin for item, begin in missing if item.time == begin]
    if edge:
        yield Check(
            "warning",
            f"{counted(len(edge))} of {rfc3339(max(edge))} did not come again: the "
            "filter leaves out its own boundary, or they are gone.",
            "Set a look-back (PT1S), so that nothing of that second is missed.",
        )
    if len(missing) > len(edge):
        yield Check(
            "warning",
            f"{counted(len(missing) - len(edge))} newer than the mark did not come "
            "again.",
            "They are gone, or the filter looks at another time than the mark.",
        )
    if due and not missing:
        again = "it is" if len(due) == 1 else "they are"
        yield Check("ok", f"{counted(len(due))} at the boundary came again: {again} "
                    "overwritten, not doubled.")  # fmt: skip


def _skewed(second: Walk, first: Walk) -> Iterator[Check]:
    """Compare the service's clock with its newest item."""
    pages = [page for page in (*first.walked, *second.walked) if page.response]
    told = [_lead(page) for page in pages]
    leads = [lead for lead in told if lead is not None]
    if not leads:
        return
    lead = max(leads)
    if lead > _SKEW:
        yield Check(
            "warning",
            f"The newest item is {_span(lead)} ahead of the service's clock (Date).",
            "Set a look-back of at least that: what is written until then has an "
            "older time than the mark.",
        )
    else:
        yield Check("ok", "No item is ahead of the service's clock (Date header).")


def _lead(page: WalkedPage) -> timedelta | None:
    """Return how far the newest item of a page is ahead of its Date header."""
    times = [item.time for item in page.items if item.time is not None]
    moment = None if page.response is None else heard(page.response)
    return None if moment is None or not times else max(times) - moment


def _heard_of(walk: Walk, key: str) -> bool:
    item = _items_of(walk).get(key)
    return item is not None and item.signal is None


def _doubled(walk: Walk) -> Iterator[Check]:
    if within_pages(walk) or any(within_slices(walk)):
        yield Check("warning", "Ids came twice within the second walk.")


def _differs(first: Walk, second: Walk) -> bool:
    before = _items_of(first)
    for key, item in _items_of(second).items():
        known = before.get(key)
        if known is None or (known.signal is None) != (item.signal is None):
            return True
        now = item.signal
        if known.signal and now and known.signal.content_hash != now.content_hash:
            return True
    return False


def _first_page(walk: Walk) -> WalkedPage | None:
    return next((page for page in walk.walked if page.sent is not None), None)


def _body(page: WalkedPage) -> Json:
    return page.sent.request_body if page.sent is not None else ""


def _items_of(walk: Walk) -> dict[str, WalkedItem]:
    return {item.id: item for page in walk.walked for item in page.items}


def _span(lead: timedelta) -> str:
    seconds = lead.total_seconds()
    if seconds < 120:  # noqa: PLR2004 - two minutes
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.0f} h"  # noqa: PLR2004 - two hours
