"""What a draft makes of a sample, worked out off the window's thread.

Plain functions over plain values: the preview, which nodes of the response are mapped,
which a path matches, and how often each rule decides.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from ferrule.errors import FerruleError
from ferrule.exchange import Json
from ferrule.expression.condition import Condition, compile_item_predicate
from ferrule.expression.jsonpath import Match, compile_path
from ferrule.expression.template import compile_template
from ferrule.mapping.rules import PriorityIf, PriorityRule, SignalTypeRule, TypeIf
from ferrule.ui.models.signals import Count, SignalRow, counts, signal_rows
from ferrule.workspace.drafts import Document
from ferrule.workspace.item_places import ItemPlace, ItemsAt, places_in
from ferrule.workspace.picking import Reach
from ferrule.workspace.previewing import (
    SAMPLE,
    Preview,
    mapping_of,
    path_facts,
    preview,
    template_facts,
)

_MOST_MATCHES: Final = 500
_TAGGED_ITEMS: Final = 3
_PATHS: Final = (
    ("idPath", "id"),
    ("timestampPath", "time"),
    ("createdPath", "created"),
    ("participantsPath", "people"),
    ("tagsPath", "tags"),
    ("relatedItemsPath", "related"),
)
_RULES: Final[dict[str, Any]] = {  # aliases of unions, which no type describes
    "signalTypeRules": SignalTypeRule,
    "priorityMapping": PriorityRule,
}


@dataclass(frozen=True, slots=True)
class Look:
    """A draft over a sample.

    `tags` names the nodes (normalised paths) that the mapping uses; `hits` counts for
    each list of rules how many items each decides, None for one that cannot be read.
    """

    preview: Preview
    rows: list[SignalRow]
    counts: list[Count]
    items: list[Json]
    at: ItemsAt
    tags: dict[str, str] = field(default_factory=dict)
    hits: dict[str, list[int | None]] = field(default_factory=dict)


def look(
    document: Document,
    body: Json,
    stream: str | None,
    config: Mapping[str, Json] | None = None,
) -> Look:
    """Return what the draft makes of a response's body."""
    found, _ = mapping_of(document, stream)
    section: dict[str, Json] = found if isinstance(found, dict) else {}
    seen = preview(document, body, stream=stream, config=config)
    rows = signal_rows(seen, section)
    at = ItemsAt.of(section)
    places = list(islice(places_in(body, at), SAMPLE))
    items = [*seen.changed] or [place.item for place in places]
    kept = [x for row, x in zip(seen.rows, seen.changed, strict=True) if row.signal]
    if seen.blocked:
        kept = items
    return Look(
        preview=seen,
        rows=rows,
        counts=counts(rows, seen),
        items=items,
        at=at,
        tags=_tags(section, places, seen.total),
        hits=_hits(section, kept),
    )


def matches(body: Json, at: ItemsAt, text: str, reach: Reach) -> list[str]:
    """Return the normalised paths of what a path matches, at most 500 of them.

    A path that reaches from an item is looked for in each item of the sample. A text
    that is no path matches nothing.
    """
    if reach == "body":
        return [match.path for match in islice(_found(text, body), _MOST_MATCHES)]
    inside = (
        place.at(match.path)
        for place in islice(places_in(body, at), SAMPLE)
        for match in _found(text, place.item)
    )
    return [path for path in islice(inside, _MOST_MATCHES) if path]


def lacking(body: Json, at: ItemsAt, text: str, *, template: bool) -> list[str]:
    """Return the places of the items of the sample in which a text finds nothing."""
    facts = template_facts if template else path_facts
    return [
        place.path or place.at(next(iter(place.heads.values()), ""))
        for place in islice(places_in(body, at), SAMPLE)
        if not facts(text, [place.item]).matched
    ]


def _found(text: str, root: Json) -> Iterator[Match]:
    try:
        yield from compile_path(text).find(root)
    except FerruleError:
        return


def template_matches(body: Json, at: ItemsAt, text: str) -> list[str]:
    """Return the normalised paths of all places that a template fills in."""
    paths = [path for path in map(_as_path, _names(text)) if path]
    return [found for path in paths for found in matches(body, at, path, "item")]


def _names(text: str) -> tuple[str, ...]:
    try:
        return compile_template(text).names
    except FerruleError:
        return ()


def _as_path(name: str) -> str:
    if name.startswith("$"):
        return name
    first = name.split(".", 1)[0]
    return "" if first in {"config", "stream"} else f"$.{name}"


def _tags(
    section: Mapping[str, Json], places: Sequence[ItemPlace], total: int
) -> dict[str, str]:
    """Return a tag for each mapped node of the first few items, and for their list."""
    tags: dict[str, str] = {}
    for place in places[:_TAGGED_ITEMS]:
        for path, tag in _mapped(section):
            for match in islice(_found(path, place.item), SAMPLE):
                where = place.at(match.path)
                if where:
                    tags[where] = f"{tags[where]}, {tag}" if where in tags else tag
    if places and places[0].path:
        above = places[0].path.rsplit("[", 1)[0]
        tags.setdefault(above, f"items · {total}")
    return tags


def _mapped(section: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for member, tag in _PATHS:
        path = section.get(member)
        if isinstance(path, str) and path:
            yield path, tag
    for name in dict.fromkeys(_names(str(section.get("summaryTemplate") or ""))):
        path = _as_path(name)
        if path:
            yield path, "summary"


def _hits(
    section: Mapping[str, Json], items: Sequence[Json]
) -> dict[str, list[int | None]]:
    found: dict[str, list[int | None]] = {}
    for member in _RULES:
        rules = section.get(member)
        if isinstance(rules, list):
            found[member] = _decided(rules, _adapter(member), items)
    return found


@cache
def _adapter(member: str) -> TypeAdapter[object]:
    return TypeAdapter(_RULES[member])


def _decided(
    rules: list[Json], adapter: TypeAdapter[object], items: Sequence[Json]
) -> list[int | None]:
    """Return how many items each rule decides: the first that holds does."""
    tests = [_test(rule, adapter) for rule in rules]
    hits: list[int | None] = [0 if test is not None else None for test in tests]
    for item in items:
        for number, test in enumerate(tests):
            if test is not None and test(item):
                hits[number] = (hits[number] or 0) + 1
                break
    return hits


def _test(rule: Json, adapter: TypeAdapter[object]) -> Callable[[Json], bool] | None:
    """Return whether a rule holds for an item, None for a rule that cannot be read."""
    try:
        made = adapter.validate_python(rule, by_alias=True, by_name=False)
        if isinstance(made, TypeIf | PriorityIf):
            return compile_item_predicate(made.if_)
        return compile_item_predicate(made) if isinstance(made, Condition) else None
    except (ValidationError, FerruleError):
        return None
