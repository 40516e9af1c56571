"""A request that was pasted into an open draft, as changes of that draft.

What the request says takes the place of what the draft asked; what it does not speak of
(paging, mapping, limits) stays. The draft's own base address stays where the request
goes to the same place.
"""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from ferrule.exchange import MISSING, Json, Missing
from ferrule.workspace.authoring import blank
from ferrule.workspace.drafts import Document

Changes: TypeAlias = list[tuple[str, Json | Missing]]
_MEMBERS: Final = ("method", "query", "headers", "body", "bodyType", "timeoutMs")
_BASE: Final = "baseUrl"


def request_changes(
    draft: Document, pasted: Document, polling: str, *, whole: bool
) -> Changes:
    """Return the changes that make a draft ask what a pasted request asks.

    `polling` is where the draft's request stands. `whole` says that the connector's own
    level is shown: a stream's request may not move the base address of the others.
    """
    asked = _object(pasted.get("ingestion"))
    changes: Changes = [
        (f"{polling}/{name}", asked.get(name, MISSING)) for name in _MEMBERS
    ]
    if whole:
        changes += _named(draft, pasted)
    endpoint, moved = _placed(draft, pasted, str(asked.get("endpoint")), whole=whole)
    changes.append((f"{polling}/endpoint", endpoint))
    changes += _fields(draft, pasted, moved=moved)
    auth = _object(pasted.get("auth"))
    if auth.get("method") != "none":
        changes.append(("/auth", dict(auth)))
    if whole and _unset_health(draft):
        changes.append(("/healthCheck", pasted.get("healthCheck")))
    return changes


def base_of(document: Document) -> str:
    """Return the base address of a draft with the defaults of its fields in it."""
    text = document.get(_BASE)
    if not isinstance(text, str):
        return ""
    for field in _listed(document.get("configFields")):
        default = field.get("default")
        if isinstance(default, str):
            text = text.replace(f"{{{{{field.get('key')}}}}}", default)
    return "" if "{{" in text else text.rstrip("/")


def _named(draft: Document, pasted: Document) -> Iterator[tuple[str, Json | Missing]]:
    """Yield id and name for a draft that has none of its own yet."""
    untouched = blank()
    for name in ("id", "name"):
        if draft.get(name) == untouched[name]:
            yield f"/{name}", pasted.get(name)


def _placed(
    draft: Document, pasted: Document, path: str, *, whole: bool
) -> tuple[str, bool]:
    """Return the endpoint for the draft, and whether its base address moves."""
    base, now = base_of(pasted), base_of(draft)
    if not base:
        return path, not draft.get(_BASE)
    address = base + path
    if now and (address + "/").startswith(now + "/"):
        return address[len(now) :] or "/", False
    return (path, True) if whole else (address, False)


def _fields(
    draft: Document, pasted: Document, *, moved: bool
) -> Iterator[tuple[str, Json | Missing]]:
    """Yield the base address, and fields that the request needs and are not there."""
    there = _listed(draft.get("configFields"))
    offered = {str(f.get("key")): f for f in _listed(pasted.get("configFields"))}
    base = offered.pop(_BASE, None)
    fields: list[Json] = []
    for field in there:
        is_base = moved and base is not None and field.get("key") == _BASE
        fields.append(_pointed(field, base) if is_base and base else dict(field))
        offered.pop(str(field.get("key")), None)
    known = {field.get("key") for field in there}
    if moved and base is not None and _BASE not in known:
        fields.insert(0, dict(base))
    fields += [dict(field) for field in offered.values()]
    if moved:
        yield f"/{_BASE}", pasted.get(_BASE)
    if fields:
        yield "/configFields", fields


def _pointed(field: Mapping[str, Json], base: Mapping[str, Json]) -> Json:
    """Return the draft's own field of the base address with another default."""
    kept = {name: value for name, value in field.items() if name != "default"}
    return kept | ({"default": base["default"]} if "default" in base else {})


def _unset_health(draft: Document) -> bool:
    """Tell whether the check was never written by a person, or asks the old request."""
    health, asked = _object(draft.get("healthCheck")), _object(draft.get("ingestion"))
    untouched = _object(blank()["healthCheck"])
    path = urlsplit(str(health.get("endpoint"))).path
    same = path == urlsplit(str(asked.get("endpoint"))).path
    return same or health.get("endpoint") in {untouched["endpoint"], "/", None}


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _listed(value: Json) -> list[Mapping[str, Json]]:
    return [x for x in value if isinstance(x, dict)] if isinstance(value, list) else []
