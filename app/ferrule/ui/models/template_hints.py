"""What can come next in a form's template or path, and what it gives now.

A template of an item knows the item's members; one of a request knows configuration and
what the engine puts in. Nothing here reads a path or a template by itself.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ferrule.descriptor.variables import BUILT_IN
from ferrule.errors import FerruleError
from ferrule.exchange import Json, scalar_text
from ferrule.expression.filters import FILTERS
from ferrule.expression.jsonpath import compile_path
from ferrule.ui.models.path_completion import Completions, Entry, complete
from ferrule.ui.models.plain_words import date_words, duration_words
from ferrule.workspace.picking import Reach
from ferrule.workspace.previewing import brief, path_facts, template_facts

_NAME: Final = re.compile(r"\{\{\s*(?P<part>[\w.]*)$")
_FILTER: Final = re.compile(r"\{\{[^{}]*\|\s*(?P<part>\w*)$")
_SHOWN: Final = 120
_ABOUT: Final = {
    "checkpoint": "where the last run ended",
    "config": "a value of the connection",
    "credentials": "a secret of the connection",
    "now": "the time of the request",
    "page": "the number of the page",
    "partition": "the value that is asked for",
    "stream": "the stream that is read",
    "window": "the time that is asked for",
}


@dataclass(frozen=True, slots=True)
class Sampled:
    """What a form knows of the sample: its items, its body, the configuration."""

    items: Sequence[Json] = ()
    body: Json = None
    config: Mapping[str, Json] = field(default_factory=dict)


def completions(
    text: str, caret: int, form: str, reach: Reach, known: Sampled
) -> Completions:
    """Return what fits at a column of a text in one of the small languages."""
    places = known.items if reach == "item" else [known.body]
    if form != "template":
        return complete(text, caret, places)
    filters = _FILTER.search(text[:caret])
    if filters is not None:
        return _listed(_filters(), filters, caret)
    name = _NAME.search(text[:caret])
    if name is None:
        return complete(text, caret, places, template=True)
    own = _listed(_names(reach, known), name, caret)
    if reach != "item":
        return own
    found = complete(text, caret, places, template=True)
    if not found.entries or "." in name["part"]:
        return found if found.entries else own
    return Completions(found.start, found.stop, (*found.entries, *own.entries))


def reading(text: str, form: str, reach: Reach, known: Sampled) -> str:
    """Return what a text means or gives on the sample; empty where nothing is known."""
    if form == "duration":
        return duration_words(text)
    if form == "date-format":
        return date_words(text)
    if not text:
        return ""
    if form == "template":
        return _filled(text, reach, known)
    return _found(text, reach, known)


def _filled(text: str, reach: Reach, known: Sampled) -> str:
    if "{{" not in text:
        return ""
    nothing: list[Json] = [None]
    places = list(known.items[:1]) if reach == "item" else nothing
    names = {**known.config, "config": dict(known.config)}
    facts = template_facts(text, places, names)
    return facts.values[0] if facts.matched and facts.values else ""


def _found(text: str, reach: Reach, known: Sampled) -> str:
    if not text.startswith("$"):
        return ""
    if reach == "item":
        facts = path_facts(text, list(known.items))
        said = ", ".join(facts.values)
        return f"{facts.matched} of {facts.of}: {said}"[:_SHOWN] if facts.of else ""
    return _in_body(text, known.body)


def _in_body(text: str, body: Json) -> str:
    """Return what stands at a path of the body; one that may match many is not run."""
    try:
        path = compile_path(text)
        values = path.values(body) if path.singular and body is not None else []
    except FerruleError:
        return ""
    return brief(values[0]) if values else ""


def _listed(entries: Iterator[Entry], match: re.Match[str], caret: int) -> Completions:
    part = match["part"].lower()
    fitting = tuple(e for e in entries if e.insert.lower().startswith(part))
    return Completions(match.start("part"), caret, fitting)


def _filters() -> Iterator[Entry]:
    for name, one in FILTERS.items():
        least = "" if not one.most else "(…)"
        yield Entry(name, f"{name}{least}", "filter", 1, 1, "")


def _names(reach: Reach, known: Sampled) -> Iterator[Entry]:
    for key, value in known.config.items():
        shown = scalar_text(value) if not isinstance(value, dict | list) else ""
        bare = key if reach == "body" else f"config.{key}"
        yield Entry(bare, bare, "configuration", 1, 1, shown[:_SHOWN])
    for name in sorted(BUILT_IN & set(_ABOUT)):
        yield Entry(name, name, "built in", 1, 1, _ABOUT[name])
