"""The proof of a suggestion: its texts compile and find something in the sample."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from ferrule.errors import ExpressionError
from ferrule.exchange import Json
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.source import compile_source
from ferrule.expression.target import compile_target
from ferrule.expression.template import Scope, compile_template
from ferrule.suggestion.candidate import Candidate
from ferrule.suggestion.sample import Sample

_ITEM_PATHS: Final = (
    "idPath",
    "timestampPath",
    "createdPath",
    "participantsPath",
    "tagsPath",
    "relatedItemsPath",
)
_SOURCES: Final = ("nextPath", "totalPath", "hasMorePath", "tokenPath")
_TARGETS: Final = ("nextParam", "pageSizeParam", "queryParam", "tokenParam", "idParam")
_LONGEST: Final = 4_000


def proven(candidates: Iterable[Candidate], sample: Sample) -> list[Candidate]:
    """Return the candidates whose paths, sources and templates find something."""
    return [c for c in candidates if _holds(c.members, sample)]


def _holds(members: Mapping[str, Json], sample: Sample) -> bool:
    try:
        return all(_is_good(name, value, sample) for name, value in members.items())
    except (ExpressionError, RecursionError):
        return False


def _is_good(name: str, value: Json, sample: Sample) -> bool:
    if isinstance(value, dict):
        return _holds_parts(value, sample)
    if isinstance(value, list):
        paths = [x.get("when") if isinstance(x, dict) else x for x in value]
        return all(_in_items(path, sample) for path in paths)
    if name in _ITEM_PATHS:
        return _in_items(value, sample)
    if name == "itemsPath":
        return bool(compile_path(str(value)).values(sample.body))
    return name != "summaryTemplate" or _fills(str(value), sample)


def _in_items(path: Json, sample: Sample) -> bool:
    if not isinstance(path, str) or len(path) > _LONGEST:
        return False
    values = compile_path(path).values
    return any(values(item) for item in sample.items)


def _fills(text: str, sample: Sample) -> bool:
    if len(text) > _LONGEST:
        return False
    template = compile_template(text)
    return any(template.fill(Scope({}, item)).strip() for item in sample.items)


def _holds_parts(part: Mapping[str, Json], sample: Sample) -> bool:
    checks: tuple[tuple[tuple[str, ...], Callable[[str], object]], ...] = (
        (_SOURCES, lambda text: compile_source(text).values(sample.place)),
        (_TARGETS, compile_target),
        (("idPath",), lambda text: _in_items(text, sample)),
    )
    return all(
        check(str(part[name]))
        for names, check in checks
        for name in names
        if name in part
    )
