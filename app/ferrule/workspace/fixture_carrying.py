"""Carrying tests over a renaming by the service: recorded answers get the new names.

A mended mapping finds nothing in answers of the old form. The values stay as recorded
and the expectation stays as it is, so a test that passes afterwards proves that the
mended mapping makes the same signals; one that does not is left alone.
"""

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from ferrule.exchange import MISSING, Json
from ferrule.expression.steps import Step, read_steps
from ferrule.suggestion.drift_fix import Rename
from ferrule.workspace.authoring import pretty
from ferrule.workspace.drafts import Document
from ferrule.workspace.fixture_files import TestFile, TestResult, run_fixtures
from ferrule.workspace.home import write_whole
from ferrule.workspace.item_places import walk
from ferrule.workspace.previewing import mapping_of


def carry_over(
    document: Document,
    results: Sequence[TestResult],
    renames: Sequence[Rename],
    stream: str | None,
) -> list[TestFile]:
    """Rewrite failed tests that pass under the new names; return them as they are now.

    Raises:
        DescriptorInvalid: when the document is not valid.
        StoreError: when a file cannot be written.
    """
    written = []
    for result in results:
        if result.passed or result.file.kind != "sync":
            continue
        fixture = _carried(result.file, document, renames, stream)
        file = TestFile(result.file.path, fixture)
        if run_fixtures(document, [file])[0].passed:
            write_whole(file.path, pretty(fixture).encode(), 0o644)
            written.append(file)
    return written


def _carried(
    file: TestFile, document: Document, renames: Sequence[Rename], stream: str | None
) -> dict[str, Any]:
    fixture: dict[str, Any] = copy.deepcopy(dict(file.fixture))
    section, _ = mapping_of(document, stream or file.stream or None)
    path = section.get("itemsPath") if isinstance(section, dict) else None
    for exchange in fixture.get("exchanges", ()):
        for item in _items(exchange["response"]["body"], str(path)):
            for rename in renames:
                _move(item, read_steps(rename.old), read_steps(rename.new))
    told = ", ".join(f"{rename.old} to {rename.new}" for rename in renames)
    note = f"The service renamed {told}; the answers were carried over."
    fixture["source"] = f"{fixture.get('source', '')} {note}".strip()
    return fixture


def _items(body: Json, path: str) -> Iterator[Json]:
    steps = read_steps(path)
    if steps is None or None in steps[:-1]:
        return
    found = walk(body, steps[:-1] if steps and steps[-1] is None else steps)
    if isinstance(found, list):
        yield from found
    elif isinstance(found, dict):
        yield found


def _move(
    item: Json, old: tuple[Step, ...] | None, new: tuple[Step, ...] | None
) -> None:
    """Move what stands at `old` to `new`, in every element of lists on the way."""
    if not old or not new:
        return
    shared = 0
    while shared < min(len(old), len(new)) - 1 and old[shared] == new[shared]:
        shared += 1
    rest_old, rest_new = old[shared:], new[shared:]
    if None in rest_old or None in rest_new:
        return
    for holder in _holders(item, old[:shared]):
        _move_in(holder, rest_old, rest_new)


def _holders(value: Json, steps: tuple[Step, ...]) -> Iterator[Json]:
    if not steps:
        yield value
    elif steps[0] is None:
        for element in value if isinstance(value, list) else []:
            yield from _holders(element, steps[1:])
    else:
        inner = walk(value, steps[:1])
        if inner is not MISSING:
            yield from _holders(inner, steps[1:])


def _move_in(holder: Json, old: tuple[Step, ...], new: tuple[Step, ...]) -> None:
    source = walk(holder, old[:-1])
    name = old[-1]
    if not isinstance(source, dict) or not isinstance(name, str) or name not in source:
        return
    value = source.pop(name)
    for step in new[:-1]:
        if not isinstance(holder, dict) or not isinstance(step, str):
            return
        holder = holder.setdefault(step, {})
    if isinstance(holder, dict) and isinstance(new[-1], str):
        holder[new[-1]] = value
