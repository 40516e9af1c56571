"""What a walk over pages looks like as rows: pages, changes of items, and totals."""

from collections.abc import Callable, Sequence
from typing import Final

from ferrule.clock import rfc3339
from ferrule.ui.models.json_value import visible
from ferrule.ui.models.settings_facts import size_text
from ferrule.ui.models.table import Column
from ferrule.workspace.walking.again import Change
from ferrule.workspace.walking.findings import Level
from ferrule.workspace.walking.pages import WalkedPage

END_LEVELS: Final[dict[str, Level]] = {
    "whole": "ok",
    "limit": "info",
    "cut": "warning",
    "failed": "error",
    "given up": "info",
}
_FATES: Final = {
    "new": "ready",
    "unseen": "untouched",
    "changed": "in_progress",
    "unchanged": "disabled",
    "gone": "cancelled",
}
_BARELY_MOVED: Final = 300
_MOST_IDS: Final = 20


def page_columns() -> list[Column[WalkedPage]]:
    """Return the columns of the table of pages."""
    return [
        Column("page", "Page", _name, "text", 60, strong=_is_second, tip=_url),
        Column("slice", "Slice", lambda p: visible(p.slice), "mono", 150, hidden=True,
               tip=lambda p: visible(p.slice)),
        Column("in", "Asked for", lambda p: visible(p.cursor_in) or "first page",
               "mono", 96, stretch=True, tip=_url,
               ink=lambda p: "" if p.cursor_in else "muted"),
        Column("out", "Named next", _following, "mono", 96,
               ink=lambda p: "" if p.cursor_out else "muted",
               tip=lambda p: p.cursor_out or (p.end.words if p.end else "")),
        Column("status", "Status", _status, "status", 84, state=_state),
        Column("items", "Items", _figure(lambda p: p.count), "number", 60),
        Column("signals", "Signals", _figure(lambda p: p.signals), "number", 64),
        Column("errors", "Errors", _figure(lambda p: len(p.errors), zero=""),
               "number", 60, hidden=True,
               ink=lambda p: "danger" if p.errors else ""),
        Column("again", "Again", _figure(lambda p: len(p.repeats), zero=""),
               "number", 60, hidden=True,
               ink=lambda p: "warning" if p.repeats else "",
               tip=lambda _: "Ids that came before, there or on an earlier page"),
        Column("size", "Size", _size, "number", 76),
        Column("time", "Time", _time, "number", 76),
    ]  # fmt: skip


def change_columns() -> list[Column[Change]]:
    """Return the columns of the table of items of a second sync."""
    return [
        Column("fate", "Item is", lambda c: c.fate, "status", 112,
               state=lambda c: _FATES[c.fate]),
        Column("id", "Id", lambda c: visible(c.id), "mono", 120),
        Column("time", "Time", _item_time, "mono", 180),
        Column("summary", "Summary", _summary, "text", 140, stretch=True),
        Column("members", "Differs in", lambda c: ", ".join(c.members), "mono", 150,
               tip=lambda c: ", ".join(c.members)),
    ]  # fmt: skip


def totals(pages: Sequence[WalkedPage]) -> str:
    """Return what the pages add up to, "" where none came."""
    came = [page for page in pages if page.sent is not None]
    if not came:
        return ""
    took = sum(page.sent.response.elapsed_ms for page in came if page.sent)
    figures = [
        _many(len(came), "page"),
        _many(sum(page.count for page in came), "item"),
        _many(sum(page.signals for page in came), "signal"),
    ]
    left = sum(page.left_out for page in came)
    failed = sum(len(page.errors) for page in came)
    parents = sum(page.parents for page in came)
    figures += [f"{left:,} left out"] if left else []
    figures += [_many(failed, "error")] if failed else []
    figures += [f"{_many(parents, 'request')} for parents"] if parents else []
    return " · ".join([*figures, f"{took:,.0f} ms"])


def repeats_of(pages: Sequence[WalkedPage]) -> str:
    """Return which ids came again and where they were before, "" for none."""
    found = [(page, repeat) for page in pages for repeat in page.repeats]
    told = [
        f"{visible(repeat.id)} {_where_again(page.number, repeat.first)}"
        for page, repeat in found[:_MOST_IDS]
    ]
    more = len(found) - len(told)
    return "; ".join(told) + (f"; and {more:,} more" if more else "")


def _where_again(page: int, first: int) -> str:
    return (
        f"twice on page {page}"
        if page == first
        else f"on page {page} (first on {first})"
    )


def _name(page: WalkedPage) -> str:
    return f"2nd · {page.number}" if page.walk > 1 else str(page.number)


def _is_second(page: WalkedPage) -> bool:
    return page.walk > 1


def _url(page: WalkedPage) -> str:
    return "\n".join([f"{page.method} {page.url}", *page.waits])


def _following(page: WalkedPage) -> str:
    if page.cursor_out:
        return visible(page.cursor_out)
    return "" if page.failure is not None else "end"


def _status(page: WalkedPage) -> str:
    if page.sent is not None:
        return str(page.sent.response.status)
    status = getattr(page.failure, "status", None)
    return str(status) if status else "failed"


def _state(page: WalkedPage) -> str:
    if page.sent is None:
        return "error"
    return "ok" if page.sent.response.status < _BARELY_MOVED else "warning"


def _figure(
    count: Callable[[WalkedPage], int], zero: str = "0"
) -> Callable[[WalkedPage], str]:
    """Return how a page's figure reads; empty where the page did not come."""

    def text(page: WalkedPage) -> str:
        many = count(page)
        return "" if page.sent is None else f"{many:,}" if many else zero

    return text


def _size(page: WalkedPage) -> str:
    return "" if page.sent is None else size_text(len(page.sent.response.body))


def _time(page: WalkedPage) -> str:
    return "" if page.sent is None else f"{page.sent.response.elapsed_ms:,.0f} ms"


def _item_time(change: Change) -> str:
    moment = change.item.time
    return "" if moment is None else rfc3339(moment)


def _summary(change: Change) -> str:
    signal = change.item.signal
    return "" if signal is None else visible(signal.summary)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
