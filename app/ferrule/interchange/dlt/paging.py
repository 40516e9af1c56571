"""Ways to page as dlt's paginators, and where each ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ferrule.exchange import Json
from ferrule.expression.target import compile_target
from ferrule.interchange.dlt.pythonic import Code, Written, steps_text, written
from ferrule.interchange.ledger import Ledger
from ferrule.interchange.outgoing import Leaving
from ferrule.interchange.steps import names_of, steps_of
from ferrule.pagination import PaginationKind

_AT = ("pagination",)
_PLAIN = ("type", "nextPath", "nextParam", "pageSize", "pageSizeParam", "startAt")


@dataclass(frozen=True, slots=True)
class Paging:
    """A paginator, and what each request holds for it: members by their targets."""

    paginator: Written
    sent: Mapping[str, Json] = field(default_factory=dict)


def path_text(source: str | None) -> str | None:
    """Return a path as dlt's JSONPath reads it, None where it cannot."""
    names = names_of(source)
    if names is None or any('"' in name for name in names):
        return None
    return "$." + ".".join(
        name if name.isidentifier() else f'"{name}"' for name in names
    )


def paging_of(ledger: Ledger, leaving: Leaving) -> Paging:
    """Return how a stream pages; one page where dlt has nothing like it."""
    paging = leaving.polling.pagination
    kind = "none" if paging is None else str(getattr(paging, "type", "none"))
    if paging is None or kind == "none":
        ledger.kept(leaving.asked, _AT, "single_page.", ("type",))
        return Paging("single_page")
    target = paging.next_param
    place = compile_target(target).kind if target else ""
    counted = kind in {"page", "offset"} and paging.next_path is None
    made = _counted(paging, kind, place) if counted else _followed(paging, kind, place)
    if made is None:
        reason = "dlt has no such paginator: only the first page is asked for."
        ledger.dropped(leaving.asked, _AT, reason)
        return Paging("single_page", _sized(paging))
    _tell(ledger, leaving, made, counted=counted)
    return Paging(made, {} if kind == "offset" and counted else _sized(paging))


def _sized(paging: PaginationKind) -> dict[str, Json]:
    if paging.page_size is None or paging.page_size_param is None:
        return {}
    return {paging.page_size_param: paging.page_size}


def _tell(
    ledger: Ledger,
    leaving: Leaving,
    made: Written,
    *,
    counted: bool,
) -> None:
    name = (
        str(made.get("type"))
        if isinstance(made, Mapping)
        else "A paginator in the file"
    )
    ledger.kept(leaving.asked, _AT, f"{name}.", _PLAIN)
    if counted:
        ledger.changed(
            leaving.asked, (*_AT, "type"), "dlt ends at the first empty page."
        )
        reason = "dlt sends it on the first page too."
        ledger.changed(leaving.asked, (*_AT, "sendOnFirst"), reason)
    known = made if isinstance(made, Mapping) else {}
    for name, member in (
        ("hasMorePath", "has_more_path"),
        ("totalPath", "total_path"),
        ("maxPages", "maximum_page"),
    ):
        if known.get(member) is not None or member in str(made):
            ledger.kept(leaving.asked, (*_AT, name), f"{member}.")
        else:
            ledger.dropped(leaving.asked, (*_AT, name), "Pages end without it.")


def _counted(paging: PaginationKind, kind: str, place: str) -> Written:
    name = (paging.next_param or "").removeprefix("query:").removeprefix("body:")
    if place not in {"query", "body"}:
        return None
    total = path_text(paging.total_path) if _in_units(paging, kind) else None
    ends: dict[str, Written] = {"total_path": total}
    by_size = total is None and paging.has_more_path is None
    more = path_text(paging.has_more_path)
    if more is not None:
        ends["has_more_path"] = more
    if kind == "page":
        found: dict[str, Written] = {"type": "page_number", "base_page": paging.first()}
        found["page_param" if place == "query" else "page_body_path"] = name
        if paging.max_pages is not None:
            found["maximum_page"] = int(str(paging.first())) + paging.max_pages
        return _ended(paging, "_Pages", {**found, **ends}, by_size=by_size)
    size = paging.page_size_param or ""
    sized = compile_target(size).kind if size else ""
    if sized not in {"query", "body"}:
        return None
    plain = size.removeprefix("query:").removeprefix("body:")
    offsets: dict[str, Written] = {
        "type": "offset",
        "limit": paging.page_size,
        "offset": paging.first(),
        "offset_param" if place == "query" else "offset_body_path": name,
        "limit_param" if sized == "query" else "limit_body_path": plain,
        **ends,
    }
    return _ended(paging, "_Offsets", offsets, by_size=by_size)


def _ended(
    paging: PaginationKind, name: str, said: Mapping[str, Written], *, by_size: bool
) -> Written:
    """Return a paginator that also ends at a short page, where nothing else tells."""
    if not by_size:
        return said
    members = (f"{key}={written(one)}" for key, one in said.items() if key != "type")
    return Code(f"{name}({paging.page_size}, {', '.join(members)})")


def _in_units(paging: PaginationKind, kind: str) -> bool:
    """Tell whether a total counts what dlt's paginator counts."""
    unit = paging.total_unit or "items"
    if kind == "page":
        return unit == "pages"
    return unit == "items" and not paging.first()


def _followed(paging: PaginationKind, kind: str, place: str) -> Written:
    if kind == "link_header":
        return {"type": "header_link"}
    path = path_text(paging.next_path)
    if kind == "next_url":
        return None if path is None else {"type": "json_link", "next_url_path": path}
    source, _, inner = (paging.next_path or "").partition(":")
    name = (paging.next_param or "").removeprefix("query:").removeprefix("body:")
    if source == "header" and place == "query":
        return {"type": "header_cursor", "cursor_key": inner, "cursor_param": name}
    steps = steps_of(inner) if source == "item" else None
    if steps and place == "query":
        return Code(f"_LastItem({steps_text(steps)}, {name!r})")
    if path is None or place not in {"query", "body"}:
        return None
    found: dict[str, Written] = {"type": "cursor", "cursor_path": path}
    found["cursor_param" if place == "query" else "cursor_body_path"] = name
    more = path_text(paging.has_more_path)
    return found | ({"has_more_path": more} if more else {})
