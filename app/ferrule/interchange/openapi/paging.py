"""Paging and changes, guessed from the names of parameters and of what comes back."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ferrule.exchange import Json
from ferrule.interchange.kind import Document
from ferrule.interchange.openapi.item import path_of, time_format
from ferrule.interchange.openapi.operation import Described, Parameter
from ferrule.interchange.openapi.schema import Schema, Way, type_of

_SIZES = [
    "perpage",
    "limit",
    "pagesize",
    "maxresults",
    "pagelimit",
    "max",
    "count",
    "size",
    "first",
    "top",
    "maxitems",
    "resultsperpage",
    "itemsperpage",
    "maxpagesize",
    "numresults",
    "take",
    "rows",
]
_PAGES = ["page", "pagenumber", "pageno", "pagenum", "pageindex", "currentpage", "p"]
_OFFSETS = ["offset", "skip", "start", "startat", "startindex", "from", "pageoffset"]
_CURSORS = [
    "cursor",
    "pagetoken",
    "nexttoken",
    "nextcursor",
    "nextpagetoken",
    "startcursor",
    "pagecursor",
    "continuationtoken",
    "startingafter",
    "after",
    "aftercursor",
    "pageafter",
    "bookmark",
    "marker",
    "offset",
    "continue",
    "scrollid",
    "starttoken",
]
_NEXT_CURSORS = [
    "nextcursor",
    "nextpagetoken",
    "nexttoken",
    "nextpagecursor",
    "endcursor",
    "cursor",
    "after",
    "continuationtoken",
    "nextcontinuationtoken",
    "nextmarker",
    "bookmark",
    "nextoffset",
    "next",
    "nextpage",
    "scrollid",
    "continue",
]
_NEXT_URLS = [
    "next",
    "nexturl",
    "nextpage",
    "nextpageurl",
    "nextlink",
    "odatanextlink",
    "href",
    "nextpageuri",
]
_MORES = [
    "hasmore",
    "more",
    "hasnext",
    "hasnextpage",
    "hasmoreitems",
    "ismore",
    "morerecords",
]
_TOTALS = [
    "total",
    "totalcount",
    "totalitems",
    "totalresults",
    "count",
    "totalsize",
    "totalrecords",
]
_CHANGED = [
    "updatedsince",
    "since",
    "modifiedsince",
    "updatedafter",
    "updatedatgte",
    "updatedgte",
    "updatedatmin",
    "updatedmin",
    "updatedfrom",
    "changedsince",
    "lastmodifiedsince",
    "lastmodifiedafter",
    "updatedatafter",
    "modifiedafter",
    "filterupdatedsince",
    "updatedatfrom",
    "lastupdatedafter",
    "ifmodifiedsince",
    "updatedatgt",
    "startmodifieddate",
    "modifiedfrom",
    "lastmodifiedgte",
    "updatedatsince",
    "changedafter",
    "lastmodified",
    "updatedtimemin",
    "datemodifiedmin",
]
_CREATED = [
    "createdgte",
    "createdafter",
    "createdsince",
    "createdatgte",
    "createdatmin",
    "createdfrom",
    "createdatafter",
    "createdgt",
    "starttime",
    "startdate",
    "after",
    "begindate",
    "fromdate",
    "oldest",
]
_SINCE_IDS = ["sinceid", "minid", "afterid"]
_USUAL_SIZE = 100


@dataclass(frozen=True, slots=True)
class Guess:
    """A section of a stream, and the parameters that it sends."""

    section: Document
    used: tuple[str, ...]


def pagination_of(one: Described) -> Guess:
    """Return the paging of an operation; `none` where nothing tells one."""
    params = {_folded(p.name): p for p in reversed((*one.parameters, *one.body))}
    params = {k: p for k, p in params.items() if p.where in {"query", "body", "form"}}
    size = _first(params, _SIZES)
    sized, used = _sized(size)
    around = one.shape.around if one.shape else {}
    found = _linked(one, around) or _by_cursor(params, around)
    found = found or _by_page(params, around, size) or _by_offset(params, around)
    if found is None:
        return Guess({"type": "none"}, ())
    section, names = found
    if section["type"] in {"link_header", "next_url"} and size is None:
        sized = {}
    return Guess(section | sized, (*names, *used))


def _sized(size: Parameter | None) -> tuple[Document, tuple[str, ...]]:
    """Return the page size and its parameter.

    Without a parameter a page is counted as of one item, so that paging ends at an
    empty page and not at a short one.
    """
    if size is None:
        return {"pageSize": 1}, ()
    most, usual = size.schema.get("maximum"), size.schema.get("default")
    number = most if _is_count(most) else usual
    if not _is_count(number):
        number = _USUAL_SIZE
    chosen = min(int(str(number)), 1000)
    return {"pageSize": chosen, "pageSizeParam": size.target}, (size.name,)


def _linked(
    one: Described, around: dict[Way, Schema]
) -> tuple[Document, tuple[str, ...]] | None:
    if "link" in one.headers:
        return {"type": "link_header"}, ()
    for way, schema in around.items():
        folded = _folded(way[-1])
        is_link = len(way) > 1 and _folded(way[-2]) in {
            "links",
            "link",
            "next",
            "paging",
        }
        says_url = schema.get("format") in {"uri", "url", "uri-reference"}
        named = folded in _NEXT_URLS and (
            folded != "href" or _folded(way[-2]) == "next"
        )
        sure = folded in {"nexturl", "nextlink", "odatanextlink", "nextpageurl", "href"}
        shown = str(schema.get("example") or "").startswith(("http", "/"))
        is_text = type_of(schema) in {"string", ""}
        if named and is_text and (says_url or sure or shown or is_link):
            return {"type": "next_url", "nextPath": path_of(way)}, ()
    return None


def _by_cursor(
    params: dict[str, Parameter], around: dict[Way, Schema]
) -> tuple[Document, tuple[str, ...]] | None:
    cursor = _first(params, _CURSORS)
    if cursor is None or type_of(cursor.schema) in {"integer", "number"}:
        return None
    more = _way(around, _MORES, {"boolean", ""})
    named = _way(around, _NEXT_CURSORS, {"string", "integer", ""})
    section: Document = {"type": "cursor", "nextParam": cursor.target}
    if more is not None:
        section["hasMorePath"] = path_of(more)
    if named is not None:
        return section | {"nextPath": path_of(named)}, (cursor.name,)
    if more is not None and _folded(cursor.name) in {
        "startingafter",
        "after",
        "afterid",
    }:
        return section | {"nextPath": "item:$.id"}, (cursor.name,)
    return None


def _by_page(
    params: dict[str, Parameter], around: dict[Way, Schema], size: Parameter | None
) -> tuple[Document, tuple[str, ...]] | None:
    page = _first(params, _PAGES)
    if page is None or type_of(page.schema) not in {"integer", "number", "", "string"}:
        return None
    section: Document = {"type": "page", "nextParam": page.target}
    first = page.schema.get("default", page.schema.get("minimum"))
    if isinstance(first, int) and not isinstance(first, bool) and first in {0, 1}:
        section["startAt"] = int(first)
    return section | _ends(around, counted=size is not None), (page.name,)


def _by_offset(
    params: dict[str, Parameter], around: dict[Way, Schema]
) -> tuple[Document, tuple[str, ...]] | None:
    offset = _first(params, _OFFSETS)
    if offset is None or type_of(offset.schema) not in {"integer", "number"}:
        return None
    section: Document = {"type": "offset", "nextParam": offset.target}
    return section | _ends(around, counted=True), (offset.name,)


def _ends(around: dict[Way, Schema], *, counted: bool) -> Document:
    """Return how the end is told: by a flag, else by a total."""
    more = _way(around, _MORES, {"boolean"})
    if more is not None:
        return {"hasMorePath": path_of(more)}
    total = _way(around, _TOTALS, {"integer", "number"})
    return {"totalPath": path_of(total)} if total is not None and counted else {}


def delta_of(one: Described, created: str | None) -> Guess:
    """Return how changes are asked for; `none` where nothing tells."""
    wanted = {"query", "body", "form"}
    params = {
        _folded(p.name): p
        for p in reversed((*one.parameters, *one.body))
        if p.where in wanted
    }
    since_id = _first(params, _SINCE_IDS)
    changed = next((p for n in _CHANGED if (p := params.get(n)) and _is_time(p)), None)
    if changed is not None:
        section: Document = {"type": "timestamp_filter", "queryParam": changed.target}
        return Guess(section | {"format": time_format(changed.schema)}, (changed.name,))
    if since_id is not None:
        section = {"type": "since_id", "idParam": since_id.target, "idPath": "$.id"}
        return Guess(section, (since_id.name,))
    return _created_since(params, created)


def _created_since(params: dict[str, Parameter], created: str | None) -> Guess:
    for name in ("created", "createdat", "updated", "updatedat"):
        param = params.get(name)
        bound = _bound(param) if param else None
        if param and bound:
            target = f"{param.target}[{bound}]"
            return _times(target, _bound_format(param, bound), param.name, created)
    found = next((p for n in _CREATED if (p := params.get(n)) and _is_time(p)), None)
    if found is None:
        return Guess({"type": "none"}, ())
    return _times(found.target, time_format(found.schema), found.name, created)


def _times(target: str, form: str, name: str, created: str | None) -> Guess:
    section: Document = {
        "type": "timestamp_filter",
        "queryParam": target,
        "format": form,
    }
    if created is not None and not name.lower().startswith("updated"):
        section["itemCursorPath"] = created
    return Guess(section, (name,))


def _bound(param: Parameter) -> str | None:
    """Return `gte` of a parameter that takes an object of bounds (`created[gte]`)."""
    for one in [param.schema, *_alternatives(param.schema)]:
        members = one.get("properties")
        if isinstance(members, dict):
            return next((n for n in ("gte", "gt", "from") if n in members), None)
    return None


def _bound_format(param: Parameter, bound: str) -> str:
    for one in [param.schema, *_alternatives(param.schema)]:
        members = one.get("properties")
        inner = members.get(bound) if isinstance(members, dict) else None
        if isinstance(inner, dict):
            return time_format(inner)
    return "iso8601"


def _alternatives(schema: Schema) -> list[Schema]:
    found = schema.get("anyOf", schema.get("oneOf"))
    several = found if isinstance(found, list) else []
    return [one for one in several if isinstance(one, dict)]


def _is_time(param: Parameter) -> bool:
    """Tell whether a parameter can be a time: by its format, else by its name alone."""
    kind, told = type_of(param.schema), f"{param.description} {param.example}".lower()
    if param.schema.get("format") in {"date-time", "date"}:
        return True
    sure = _folded(param.name) in _CHANGED
    hint = re.search(r"date|time|iso ?8601|rfc ?3339|unix|epoch|\d{4}-\d\d-\d\d", told)
    return kind in {"string", "integer", "number", ""} and bool(sure or hint)


def _way(
    around: dict[Way, Schema], names: Iterable[str], types: set[str]
) -> Way | None:
    ways: dict[str, Way] = {}
    for way, schema in around.items():
        if type_of(schema) in types:
            ways.setdefault(_folded(way[-1]), way)
    return next((ways[name] for name in names if name in ways), None)


def _first(params: dict[str, Parameter], names: Iterable[str]) -> Parameter | None:
    return next((params[name] for name in names if name in params), None)


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _is_count(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
