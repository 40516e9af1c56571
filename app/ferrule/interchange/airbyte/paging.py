"""Ways to page as Airbyte's paginators, and where each ends."""

from collections.abc import Sequence

from ferrule.exchange import Json
from ferrule.interchange.airbyte.component import Component, option
from ferrule.interchange.airbyte.jinja import condition, member, quoted, safely
from ferrule.interchange.ledger import Ledger
from ferrule.interchange.outgoing import Leaving
from ferrule.interchange.steps import list_at, steps_of
from ferrule.pagination import PaginationKind

_AT = ("pagination",)
_SIZED = ("type", "pageSize", "pageSizeParam")


def paginator(ledger: Ledger, leaving: Leaving) -> Component | None:
    """Return the paginator of a stream; None for one page, or where none fits."""
    paging = leaving.polling.pagination
    if paging is None:
        return None
    kind = getattr(paging, "type", "none")
    if kind == "none":
        ledger.kept(leaving.asked, _AT, "One page.", ("type",))
        return None
    if kind in {"page", "offset"} and paging.next_path is None:
        return _counting(ledger, leaving, paging, kind)
    return _following(ledger, leaving, paging, kind)


def _counting(
    ledger: Ledger, leaving: Leaving, paging: PaginationKind, kind: str
) -> Component | None:
    token = option(paging.next_param) if paging.next_param else None
    first = paging.first()
    if token is None or (kind == "offset" and first):
        reason = "Airbyte cannot count so: only the first page is asked for."
        ledger.dropped(leaving.asked, _AT, reason)
        return None
    strategy: Component = {
        "type": "PageIncrement" if kind == "page" else "OffsetIncrement",
        "page_size": paging.page_size,
        "inject_on_first_request": paging.send_on_first is not False,
    }
    if kind == "page":
        strategy["start_from_page"] = first
    told = (*_SIZED, "nextParam", "startAt", "sendOnFirst")
    ledger.kept(leaving.asked, _AT, f"{strategy['type']}.", told)
    for name in ("totalPath", "totalUnit", "hasMorePath"):
        reason = "Airbyte ends at the first page that is not full."
        ledger.changed(leaving.asked, (*_AT, name), reason)
    _left(ledger, leaving)
    return _whole(ledger, leaving, strategy, token)


def _following(
    ledger: Ledger, leaving: Leaving, paging: PaginationKind, kind: str
) -> Component | None:
    links = kind in {"link_header", "next_url"}
    token = option(paging.next_param) if paging.next_param else None
    value = _LINK if kind == "link_header" else _named(paging.next_path or "")
    if links:
        token = {"type": "RequestPath"}
    if value is None or token is None:
        reason = "Airbyte cannot name the next page so: only the first is asked for."
        ledger.dropped(leaving.asked, _AT, reason)
        return None
    ends = " or ".join(_stops(ledger, leaving, paging, value))
    strategy: Component = {
        "type": "CursorPagination",
        "cursor_value": f"{{{{ {value} }}}}",
        "stop_condition": f"{{{{ {ends} }}}}",
    }
    if paging.page_size is not None and paging.page_size_param is not None:
        strategy["page_size"] = paging.page_size
    ledger.kept(
        leaving.asked, _AT, "CursorPagination.", (*_SIZED, "nextPath", "nextParam")
    )
    if (paging.next_path or "").startswith("header:"):
        reason = "Airbyte compares the header's name letter by letter."
        ledger.changed(leaving.asked, (*_AT, "nextPath"), reason)
    _left(ledger, leaving)
    return _whole(ledger, leaving, strategy, token)


_LINK = '(headers["link"].get("next") or {}).get("url")'


def _named(source: str) -> str | None:
    """Return where the next page is named, as an expression."""
    kind, _, name = source.partition(":")
    if kind == "header" and name:
        return f"headers.get({quoted(name)})"
    if kind == "item" and name:
        steps = steps_of(name)
        return member("last_record", steps) if steps else None
    steps = steps_of(source)
    return safely("response", steps) if steps and "*" not in steps else None


def _stops(
    ledger: Ledger, leaving: Leaving, paging: PaginationKind, value: str
) -> Sequence[str]:
    found = [f"(not {value})"]
    if (paging.next_path or "").startswith("item:"):
        found = [_empty(leaving)]
        if leaving.stream.mapping.filter is not None:
            reason = "Airbyte's last record is the last that its filter lets through."
            ledger.changed(leaving.asked, (*_AT, "nextPath"), reason)
    more = _more(paging)
    if more is not None:
        found.append(more)
        ledger.kept(leaving.asked, (*_AT, "hasMorePath"), "Part of the stop condition.")
    if paging.stop_when is not None:
        stop = condition(paging.stop_when, "response")
        if stop is not None:
            found.append(stop)
            ledger.kept(
                leaving.asked, (*_AT, "stopWhen"), "Part of the stop condition."
            )
    return found


def _more(paging: PaginationKind) -> str | None:
    steps = steps_of(paging.has_more_path or "")
    if not steps or "*" in steps:
        return None
    return f"(not {safely('response', steps)})"


def _empty(leaving: Leaving) -> str:
    """Return that a page brought no items, which its records alone do not tell."""
    steps = list_at(leaving.stream.mapping.items_path)
    if steps is None or "*" in steps:
        return "last_page_size == 0"
    found = safely("response", steps) if steps else "response"
    return f"(not {found})"


def _left(ledger: Ledger, leaving: Leaving) -> None:
    for name in ("maxPages", "stopWhen", "hasMorePath", "totalPath", "totalUnit"):
        place = ledger.pointer(leaving.asked, *_AT, name)
        if not ledger.knows(place):
            reason = "Airbyte's paginators have no such end."
            ledger.dropped(leaving.asked, (*_AT, name), reason)


def _whole(
    ledger: Ledger, leaving: Leaving, strategy: Component, token: Component
) -> Component:
    found: Component = {
        "type": "DefaultPaginator",
        "pagination_strategy": strategy,
        "page_token_option": token,
    }
    paging = leaving.polling.pagination
    target = paging.page_size_param if paging else None
    size: Json = option(target) if target else None
    if size is not None and "page_size" in strategy:
        found["page_size_option"] = size
    elif target:
        reason = "Airbyte has no such place for the page size."
        ledger.dropped(leaving.asked, (*_AT, "pageSizeParam"), reason)
    return found
