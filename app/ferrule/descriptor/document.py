"""Reading and writing the document of a descriptor.

A document is read strictly: unknown members are refused with their place and a "did you
mean", every path, template and pattern is parsed, and all problems are told at once.
"""

import re
from typing import TypeVar

from pydantic import ValidationError

from ferrule.descriptor.model import Connector
from ferrule.descriptor.trouble import problems_of
from ferrule.errors import DescriptorInvalid, Problem, UnreadableResponse
from ferrule.exchange import Json, decode
from ferrule.section import Section

MAX_BYTES = 4 * 1024 * 1024

Part = TypeVar("Part", bound=Section)


def read_document(raw: bytes) -> dict[str, Json]:
    """Return the JSON object in `raw`.

    Raises:
        DescriptorInvalid: when it is too large, not JSON, or not an object.
    """
    if len(raw) > MAX_BYTES:
        raise _whole(
            f"The document is {len(raw) // 1_000_000} MB long.",
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
    return document


def validate(document: dict[str, Json]) -> Connector:
    """Return the connector that `document` describes, its streams checked too.

    Raises:
        DescriptorInvalid: with every problem and its place.
    """
    connector = check_part(Connector, document)
    _ = connector.resolved_streams
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


def _whole(message: str, advice: str) -> DescriptorInvalid:
    return DescriptorInvalid([Problem("FD000", "error", "", message, advice)])


def _line(raw: bytes, offset: int) -> str:
    before = raw[:offset]
    line = before.count(b"\n") + 1
    column = offset - before.rfind(b"\n")
    return f"That is line {line}, column {column}."
