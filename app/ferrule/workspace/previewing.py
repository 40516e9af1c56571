"""The live preview: a draft's mapping over a response, as the sync would map it.

A draft may be half-typed. What does not parse is a problem beside the preview; optional
members with problems are left out, so that the rest still shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from ferrule.descriptor.streams import merge_patch
from ferrule.descriptor.trouble import problems_of
from ferrule.errors import ExpressionError, FerruleError, Problem
from ferrule.exchange import Json, scalar_text
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.template import Scope, compile_template
from ferrule.mapping import CompiledMapping, FieldMapping, MappedItem, Origin

SAMPLE = 100
SHOWN_VALUES = 3
REQUIRED = (
    "itemsPath",
    "idPath",
    "timestampPath",
    "summaryTemplate",
    "signalTypeRules",
)


@dataclass(frozen=True, slots=True)
class Preview:
    """The signals of a sample; `blocked` says why there are none at all.

    `total` counts the items of the response, `rows` holds at most the sample of them;
    with an `expand` they are more. `changed` are the items of the rows as transforms
    left them: what paths and rules look at.
    """

    rows: list[MappedItem] = field(default_factory=list)
    changed: Sequence[Json] = ()
    total: int = 0
    problems: tuple[Problem, ...] = ()
    blocked: str = ""

    @property
    def ok(self) -> int:
        """Return how many items became a signal without a warning."""
        found = [r.signal for r in self.rows if r.signal is not None]
        return sum(1 for signal in found if not signal.warnings)

    @property
    def warned(self) -> int:
        """Return how many items became a signal with a warning."""
        found = [r.signal for r in self.rows if r.signal is not None]
        return sum(1 for signal in found if signal.warnings)

    @property
    def failed(self) -> int:
        """Return how many items could not be mapped."""
        return sum(1 for row in self.rows if row.error is not None)

    @property
    def deleted(self) -> int:
        """Return how many items are gone by `deletedWhen`."""
        return sum(1 for row in self.rows if row.deleted is not None)

    @property
    def archived(self) -> int:
        """Return how many signals are archived."""
        found = [r.signal for r in self.rows if r.signal is not None]
        return sum(1 for signal in found if signal.archived_at is not None)

    @property
    def skipped(self) -> int:
        """Return how many items the filter left out."""
        made = sum(r.signal is not None or r.error is not None for r in self.rows)
        return len(self.rows) - made - self.deleted

    def without(self, member: str) -> int:
        """Return how many signals have nothing in a list member (`participants` …)."""
        found = [r.signal for r in self.rows if r.signal is not None]
        return sum(1 for signal in found if not getattr(signal, member))


@dataclass(frozen=True, slots=True)
class PathFacts:
    """What a path field matches in the sample.

    `matched` of `of` places hold a match (items for a path relative to an item, else
    1); `count` counts all matches; `values` are the first few as text. `column` counts
    from 0 and is there with an error.
    """

    text: str
    matched: int = 0
    of: int = 0
    count: int = 0
    values: tuple[str, ...] = ()
    kind: str = ""
    error: str = ""
    advice: str = ""
    column: int | None = None
    portable: bool = True
    reason: str = ""

    @property
    def state(self) -> str:
        """Return `empty`, `error`, `none`, `partial` or `all`."""
        if self.error:
            return "error"
        if not self.text:
            return "empty"
        if self.matched == 0:
            return "none"
        return "all" if self.matched == self.of else "partial"


def preview(
    document: Mapping[str, Json],
    body: Json,
    *,
    stream: str | None = None,
    config: Mapping[str, Json] | None = None,
    connection: str = "preview",
    collection_key: str | None = None,
    limit: int = SAMPLE,
) -> Preview:
    """Return what the draft's mapping makes of a response body."""
    section, pointer = mapping_of(document, stream)
    mapping, problems = tolerant_mapping(section, pointer)
    if mapping is None:
        return Preview(problems=problems, blocked=str(problems[0].message))
    origin = Origin(
        source=str(document.get("id") or "draft"),
        project="",
        connection=connection,
        collection_key=collection_key or _collection(document, stream),
        stream=stream or "",
        config=dict(config or {}),
    )
    compiled = CompiledMapping(mapping, origin)
    try:
        items = compiled.items(body)
        rows, changed = compiled.page(items[:limit]), compiled.changed(items[:limit])
    except FerruleError as error:
        return Preview(problems=problems, blocked=error.message)
    return Preview(rows, changed, len(items), problems)


def _collection(document: Mapping[str, Json], stream: str | None) -> str:
    return str(document.get("collectionKey") or stream or document.get("id") or "draft")


def mapping_of(document: Mapping[str, Json], stream: str | None) -> tuple[Json, str]:
    """Return the mapping section of a stream, merged, and where it stands."""
    base = document.get("fieldMapping", {})
    streams = document.get("streams")
    if stream is None or not isinstance(streams, list):
        return base, "/fieldMapping"
    for index, part in enumerate(streams):
        if isinstance(part, dict) and part.get("key") == stream:
            patch = part.get("fieldMapping") or {}
            return merge_patch(base, patch), f"/streams/{index}/fieldMapping"
    return base, "/fieldMapping"


def tolerant_mapping(
    section: Json, pointer: str = "/fieldMapping"
) -> tuple[FieldMapping | None, tuple[Problem, ...]]:
    """Return the mapping without its optional members that have problems.

    It is None when a required member has one.
    """
    problems: tuple[Problem, ...] = ()
    members = dict(section) if isinstance(section, dict) else {}
    while True:
        try:
            mapping = FieldMapping.model_validate(members, by_alias=True, by_name=False)
        except ValidationError as error:
            found = tuple(problems_of(error, members, pointer))
            problems += found
            broken = {p.pointer.removeprefix(pointer).split("/")[1] for p in found}
            if broken & set(REQUIRED) or not broken & set(members):
                return None, problems
            members = {k: v for k, v in members.items() if k not in broken}
        else:
            return mapping, problems


def path_facts(text: str, places: list[Json]) -> PathFacts:
    """Return what a path matches in each of `places` (items, or the body alone)."""
    if not text:
        return PathFacts(text)
    try:
        path = compile_path(text)
        found = [path.values(place) for place in places]
    except ExpressionError as error:
        return PathFacts(
            text, error=error.message, advice=error.advice, column=error.column
        )
    values = [value for some in found for value in some]
    return PathFacts(
        text=text,
        matched=sum(1 for some in found if some),
        of=len(places),
        count=len(values),
        values=tuple(map(brief, values[:SHOWN_VALUES])),
        kind=_kind(values),
        portable=path.portable,
        reason=path.reason,
    )


def template_facts(
    text: str, places: list[Json], names: Mapping[str, Json] | None = None
) -> PathFacts:
    """Return what a template gives for each of `places`."""
    if not text:
        return PathFacts(text)
    texts: list[str] = []
    matched = 0
    try:
        template = compile_template(text)
        for place in places:
            undefined: list[str] = []
            texts.append(template.fill(Scope(names or {}, place), undefined))
            matched += not undefined
    except ExpressionError as error:
        return PathFacts(
            text, error=error.message, advice=error.advice, column=error.column
        )
    shown = tuple(t[:60] for t in texts[:SHOWN_VALUES])
    return PathFacts(text, matched, len(places), matched, shown, "text")


def brief(value: Json) -> str:
    """Return a value in a few characters, as a chip shows it."""
    if isinstance(value, dict):
        return f"{{{len(value)}}}"
    if isinstance(value, list):
        return f"[{len(value)}]"
    text = scalar_text(value)
    return text if len(text) <= 40 else text[:39] + "…"  # noqa: PLR2004 - fits a chip


def _kind(values: list[Json]) -> str:
    kinds = {_kind_of(value) for value in values}
    return kinds.pop() if len(kinds) == 1 else "mixed" if kinds else ""


def _kind_of(value: Json) -> str:
    if isinstance(value, bool):
        return "boolean"
    if value is None:
        return "null"
    names: dict[type, str] = {dict: "object", list: "list", str: "text"}
    return names.get(type(value), "number")
