"""What a connector was written for: the good answers in its fixtures."""

import re
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

from ferrule.exchange import Json
from ferrule.workspace.drafts import Document
from ferrule.workspace.fixtures.files import TestFile

_VARYING: Final = re.compile(r"[^/]*\d[^/]*")


def known_bodies_of(
    files: Iterable[TestFile], stream: str, *, first: str = ""
) -> Iterator[Json]:
    """Yield the good answers of a stream's fixtures; those to its parent left out."""
    for file in files:
        if file.kind != "sync" or (file.stream or first) != stream or _fails(file):
            continue
        exchanges = _exchanges(file)
        asked = {_pattern(one) for one in exchanges[-1:]}
        for one in exchanges:
            body = one.get("response", {}).get("body")
            if _pattern(one) in asked and _is_good(one) and not isinstance(body, str):
                yield body


def _fails(file: TestFile) -> bool:
    """Tell whether a test is one of a refusal: services refuse with status 200 too."""
    expect = file.fixture.get("expect")
    return isinstance(expect, dict) and "error" in expect


def _exchanges(file: TestFile) -> list[dict[str, Any]]:
    found = file.fixture.get("exchanges")
    every = found if isinstance(found, list) else []
    return [one for one in every if isinstance(one, dict)]


def _pattern(exchange: Mapping[str, Any]) -> str:
    request = exchange.get("request", {})
    return _VARYING.sub("*", str(request.get("path", "")))


def _is_good(exchange: Mapping[str, Any]) -> bool:
    status = exchange.get("response", {}).get("status")
    return isinstance(status, int) and status < HTTPStatus.BAD_REQUEST


def body_paths(document: Document, stream: str) -> Iterator[tuple[str, str]]:
    """Yield where paging and the delta of a stream look into a body, and at what."""
    found: dict[str, tuple[str, str]] = {}
    for base, part in _polling_parts(document, stream):
        for member in ("pagination", "delta"):
            if member in part:
                found = {k: v for k, v in found.items() if not k.startswith(member)}
            section = part.get(member)
            for name, value in section.items() if isinstance(section, dict) else ():
                # What is named after items looks into an item, not into the body.
                looks = isinstance(value, str) and value.startswith("$")
                if looks and "item" not in name.lower():
                    place = f"{base}/{member}/{name}"
                    found[f"{member}/{name}"] = (place, str(value))
    yield from found.values()


def _polling_parts(
    document: Document, stream: str
) -> Iterator[tuple[str, Mapping[str, Json]]]:
    ingestion = document.get("ingestion")
    if isinstance(ingestion, dict):
        yield "/ingestion", ingestion
    streams = document.get("streams")
    for index, one in enumerate(streams if isinstance(streams, list) else []):
        if isinstance(one, dict) and one.get("key") == stream:
            polling = one.get("polling")
            if isinstance(polling, dict):
                yield f"/streams/{index}/polling", polling


def first_stream(document: Document) -> str:
    """Return the key of the stream that is asked by default, empty without streams."""
    streams = document.get("streams")
    every = streams if isinstance(streams, list) else []
    named = [stream for stream in every if isinstance(stream, dict)]
    on = [s for s in named if s.get("enabled", True) is not False] or named
    return str(on[0].get("key", "")) if on else ""
