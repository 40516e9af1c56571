"""The fields of an open descriptor as the palette finds them (`#`)."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from ferrule.exchange import MISSING, Json, Missing
from ferrule.ui.models.draft import DraftModel
from ferrule.ui.models.spots import Spot
from ferrule.ui.widgets.builder.bench import BuilderBench
from ferrule.ui.widgets.builder.mapping import PLANS
from ferrule.ui.widgets.builder.steps import PARTS, TITLES, base_of, step_of

_LONGEST: Final = 100
_MOST: Final = 2000


def spots_of(bench: BuilderBench) -> list[Spot]:
    """Return every field of the steps, and every value that is set below one."""
    found: dict[str, Spot] = {}
    draft = bench.draft
    for pointer in (*_fields(draft), *_set(draft.document, "")):
        if pointer not in found and len(found) < _MOST:
            about = _told(draft.value(pointer))
            found[pointer] = Spot(
                _words(pointer),
                f"{pointer}: {about}" if about else pointer,
                partial(bench.go_to, pointer),
                TITLES[step_of(draft, pointer)],
                pointer.replace("/", " "),
            )
    return list(found.values())


def _fields(draft: DraftModel) -> Iterator[str]:
    """Yield the pointer of every field that a step has, set or not."""
    for plan in PLANS:
        yield f"/fieldMapping/{plan.member}"
    for parts in PARTS.values():
        for part in parts:
            base = base_of(draft, part.base)
            if base is not None:
                yield from (f"{base}/{name}" for name in part.names if name)


def _set(value: Json, pointer: str) -> Iterator[str]:
    """Yield the pointer of every leaf, and of what holds some."""
    if pointer:
        yield pointer
    if isinstance(value, dict):
        for name, inner in value.items():
            step = name.replace("~", "~0").replace("/", "~1")
            yield from _set(inner, f"{pointer}/{step}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _set(inner, f"{pointer}/{number}")


def _words(pointer: str) -> str:
    """Return a place as words: `/fieldMapping/idPath` is "Id path"."""
    named = [step for step in pointer.split("/")[1:] if not step.isdigit()]
    last = named[-1] if named else pointer
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", last).lower()
    return words[:1].upper() + words[1:]


def _told(value: Json | Missing) -> str:
    if value is MISSING or value is None:
        return ""
    if isinstance(value, dict | list):
        return f"{len(value)} entries"
    return str(value)[:_LONGEST]
