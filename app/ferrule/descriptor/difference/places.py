"""What places of a descriptor are called, in the words of its forms.

A place is a way of names from the document's root; the elements of lists are called by
their own names. Titles come from the models, so a form and a list of changes agree.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, get_args, get_origin

from ferrule.descriptor.difference.pairs import name_of
from ferrule.descriptor.ingestion import PollingPart
from ferrule.descriptor.model import Connector
from ferrule.exchange import Json
from ferrule.mapping import FieldMapping
from ferrule.section import Section

_PATCHED: Final[dict[tuple[str, str], type[Section]]] = {
    ("streams", "polling"): PollingPart,
    ("streams", "fieldMapping"): FieldMapping,
    ("events", "fieldMapping"): FieldMapping,
}
_TAGS: Final = ("method", "type", "mode", "op")
SEPARATOR: Final = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "


def place_names(document: Json, way: Sequence[str]) -> tuple[str, ...]:
    """Return what each part of a way is called, the outer before the inner."""
    models: tuple[type[Section], ...] = (Connector,)
    names: list[str] = []
    here: Json = document
    holder = owner = ""
    chosen = False
    for part in way:
        if isinstance(here, list):
            here = here[int(part)] if part.isdigit() and int(part) < len(here) else None
            names.append(name_of(holder, here, int(part) if part.isdigit() else 0))
            owner = holder
        elif chosen:  # a name that the author gave, as those of headers are
            names.append(part)
            chosen = False
            here = here.get(part) if isinstance(here, dict) else None
            holder = part
        else:
            title, models, chosen = _member(_fitting(models, here), part, owner)
            names.append(title)
            here = here.get(part) if isinstance(here, dict) else None
            holder = part
    return tuple(names)


def _fitting(
    models: tuple[type[Section], ...], here: Json
) -> tuple[type[Section], ...]:
    """Return the kinds of a union that a value says it is, all where it says none."""
    if len(models) < 2 or not isinstance(here, dict):  # noqa: PLR2004  no union
        return models
    fitting = tuple(
        model
        for model in models
        if any(
            name in model.model_fields and model.model_fields[name].default == value
            for name in _TAGS
            if isinstance(value := here.get(name), str)
        )
    )
    return fitting or models


def _member(
    models: tuple[type[Section], ...], name: str, owner: str
) -> tuple[str, tuple[type[Section], ...], bool]:
    """Return the title of a member, what may stand below, and whether under names."""
    for model in models:
        for field, found in model.model_fields.items():
            if (found.alias or field) == name:
                patched = _PATCHED.get((owner, name))
                if patched:
                    return found.title or spaced(name), (patched,), False
                below, chosen = _sections(model, field)
                return found.title or spaced(name), below, chosen
    return (spaced(name) if not models else name), (), False


@lru_cache
def _sections(
    model: type[Section], field: str
) -> tuple[tuple[type[Section], ...], bool]:
    """Return the sections that a member is made of, and whether by chosen names."""
    annotation = model.model_fields[field].annotation
    found = tuple(dict.fromkeys(_within(annotation, set())))
    parts = (annotation, *get_args(annotation))
    return found, any(get_origin(part) is dict for part in parts)


def _within(annotation: object, seen: set[int]) -> Iterator[type[Section]]:
    if id(annotation) in seen:
        return
    seen.add(id(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
        return
    value = getattr(annotation, "__value__", None)
    if value is not None:
        yield from _within(value, seen)
    for part in get_args(annotation):
        yield from _within(part, seen)


def spaced(name: str) -> str:
    """Return a camelCase name as words: `keepParent` reads "Keep parent"."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.strip("_")).lower()
    return words[:1].upper() + words[1:]
