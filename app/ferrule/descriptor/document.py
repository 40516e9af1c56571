"""Reading and writing the document of a descriptor.

A document is read strictly: unknown members are refused with their place and a "did you
mean", every path, template and pattern is parsed, and all problems are told at once.
"""

import json
import re
from collections.abc import Iterable
from typing import TypeVar

from pydantic import ValidationError

from ferrule.descriptor.model import Connector
from ferrule.descriptor.patches import check_patches
from ferrule.descriptor.trouble import escaped, problems_of
from ferrule.errors import DescriptorInvalid, Problem, UnreadableResponse
from ferrule.exchange import Json, decode
from ferrule.section import Section

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 64

Part = TypeVar("Part", bound=Section)


def read_document(raw: bytes) -> dict[str, Json]:
    """Return the JSON object in `raw`.

    Raises:
        DescriptorInvalid: when it is too large, not JSON, no object, nested too
            deeply, or has a member twice.
    """
    if len(raw) > MAX_BYTES:
        raise _whole(
            f"The document is {len(raw) / 1_000_000:.1f} MB long.",
            "A descriptor has at most 4 MB; samples belong into fixtures.",
        )
    try:
        document = decode(raw)
    except UnreadableResponse as error:
        column = re.search(r"byte (\d+)", error.message)
        at = f" {_line(raw, int(column[1]))}" if column else ""
        raise _whole(
            error.message.replace("The body", "The document") + at, error.advice
        ) from None
    if not isinstance(document, dict):
        raise _whole("The document is not a JSON object.", "It must begin with {.")
    check_depth(document)
    _check_members(raw)
    return document


def check_depth(document: Json) -> None:
    """Refuse a document that is nested deeper than any descriptor needs.

    Raises:
        DescriptorInvalid: naming the limit.
    """
    level: list[Json] = [document]
    depth = 0
    while level:
        if depth > MAX_DEPTH:
            raise _whole(
                f"The document is nested deeper than {MAX_DEPTH} levels.",
                "No descriptor needs that: check its brackets.",
            )
        level = [x for v in level for x in _inner(v) if isinstance(x, dict | list)]
        depth += 1


def _inner(value: Json) -> Iterable[Json]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def validate(document: dict[str, Json]) -> Connector:
    """Return the connector that `document` describes, its patches checked too.

    Raises:
        DescriptorInvalid: with every problem and its place.
    """
    check_depth(document)
    connector = check_part(Connector, document)
    _ = connector.resolved_streams
    problems = check_patches(connector, document)
    if problems:
        raise DescriptorInvalid(problems)
    return connector


def check_part(model: type[Part], document: Json) -> Part:
    """Return `document` as a part of a descriptor, or raise all its problems."""
    try:
        return model.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as error:
        raise DescriptorInvalid(problems_of(error, document)) from None


def read_descriptor(raw: bytes) -> Connector:
    """Return the connector in `raw`.

    Raises:
        DescriptorInvalid: with every problem and its place.
    """
    return validate(read_document(raw))


def _whole(message: str, advice: str, pointer: str = "") -> DescriptorInvalid:
    return DescriptorInvalid([Problem("FD000", "error", pointer, message, advice)])


def _line(raw: bytes, offset: int) -> str:
    before = raw[:offset]
    line = before.count(b"\n") + 1
    column = offset - before.rfind(b"\n")
    return f"That is line {line}, column {column}."


def _check_members(raw: bytes) -> None:
    """Refuse a member that stands twice: readers differ in which one they take."""
    twice: list[tuple[dict[str, Json], str]] = []

    def collect(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        members: dict[str, Json] = {}
        for name, value in pairs:
            if name in members:
                twice.append((members, name))
            members[name] = value
        return members

    text = raw.decode("utf-8-sig", "replace")
    document: Json = json.loads(
        text, object_pairs_hook=collect, parse_int=str, parse_float=str
    )
    if twice:
        holder, name = twice[0]
        pointer = f"{_pointer_to(document, holder) or ''}/{escaped(name)}"
        message = f"“{name}” stands twice in one object."
        raise _whole(message, "Keep one of them.", pointer)


def _pointer_to(here: Json, wanted: Json) -> str | None:
    if here is wanted:
        return ""
    members = here.items() if isinstance(here, dict) else enumerate(here)  # type: ignore[arg-type]  # lists or objects only
    for key, value in members:
        if isinstance(value, dict | list):
            below = _pointer_to(value, wanted)
            if below is not None:
                return f"/{escaped(key)}{below}"
    return None
