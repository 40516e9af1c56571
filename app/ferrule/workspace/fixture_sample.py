"""What a fixture is made from: kept exchanges, cut down to what a test needs.

Of the answer's headers only those are taken that a run can look at; cookies, dates and
request ids say nothing to a test and much about whoever asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from ferrule.errors import FerruleError
from ferrule.exchange import MISSING, Json, Response
from ferrule.expression.steps import Step, read_steps
from ferrule.suggestion.words import vocabulary
from ferrule.workspace.drafts import Document
from ferrule.workspace.history import History
from ferrule.workspace.history_facts import Kept
from ferrule.workspace.item_places import walk
from ferrule.workspace.previewing import mapping_of

MOST_ITEMS: Final = 10
_USEFUL: Final = vocabulary(
    "content-type link retry-after etag last-modified x-total-count x-total x-page"
    " x-per-page x-next-page x-total-pages total-count next-page"
)
_USEFUL_STARTS: Final = ("x-ratelimit-", "ratelimit-", "x-rate-limit-", "x-next")


@dataclass(frozen=True, slots=True)
class Answer:
    """A recorded answer; the body is JSON, or a text where it is none."""

    status: int
    headers: Mapping[str, str]
    body: Json


@dataclass(frozen=True, slots=True)
class Sample:
    """What a fixture is made from: the answers in order, and the first request."""

    stream: str
    config: Mapping[str, Json]
    answers: tuple[Answer, ...]
    method: str = ""
    url: str = ""
    asked: Kept | None = None
    at: str = ""
    notes: tuple[str, ...] = field(default=())

    def parts(self) -> dict[str, Json]:
        """Return everything that would be written down, by the name of its place."""
        many = len(self.answers) > 1
        found: dict[str, Json] = {}
        for number, answer in enumerate(self.answers, start=1):
            found[f"answer {number}" if many else ""] = answer.body
            headers: dict[str, Json] = dict(answer.headers)
            found[f"headers {number}" if many else "headers"] = headers
        return found


def sample_of(history: History, kept: Kept, document: Document) -> Sample:
    """Return a kept exchange, with those that came before it in the same wish.

    Raises:
        StoreError: when a body is gone or damaged.
    """
    group = [each for each in history.group(kept) if _is_kin(each, kept)]
    answers = tuple(
        answer_of(history.response(each), named_headers(document)) for each in group
    )
    first = group[-1] if kept.where.kind != "walk" else group[0]
    return Sample(
        stream=kept.where.stream,
        config=kept.where.config,
        answers=answers,
        method=first.method,
        url=first.url,
        asked=first,
        at=kept.at,
    )


def answer_of(response: Response, named: frozenset[str] = frozenset()) -> Answer:
    """Return an answer with the headers that a run can look at."""
    headers = {
        name: value
        for name, value in response.lower_headers.items()
        if name in _USEFUL or name in named or name.startswith(_USEFUL_STARTS)
    }
    try:
        body = response.json
    except (FerruleError, RecursionError):
        body = response.body.decode("utf-8", "replace")
    if body is None and not response.body.strip():
        body = ""
    return Answer(response.status, headers, body)


def named_headers(document: Mapping[str, Json]) -> frozenset[str]:
    """Return the headers that a descriptor reads, by lower-case name."""
    return frozenset(_headers_in(document))


def shortened(sample: Sample, document: Document, most: int = MOST_ITEMS) -> Sample:
    """Return a sample with at most so many items in each answer, and a note of it.

    Items that a path with conditions finds stay as they are.
    """
    section, _ = mapping_of(document, sample.stream or None)
    path = section.get("itemsPath") if isinstance(section, dict) else None
    steps = _list_steps(path) if isinstance(path, str) else None
    if steps is None:
        return sample
    cut = [replace(a, body=_cut(a.body, steps, most)) for a in sample.answers]
    if cut == list(sample.answers):
        return sample
    note = f"Each page was shortened to {most} items."
    return replace(sample, answers=tuple(cut), notes=(*sample.notes, note))


def _is_kin(one: Kept, other: Kept) -> bool:
    if other.where.kind == "check":
        return one.number == other.number
    return one.where.connector == other.where.connector


_Found: TypeAlias = list[str]


def _headers_in(value: Json | Mapping[str, Json]) -> _Found:
    if isinstance(value, str):
        return (
            [value.removeprefix("header:").lower()]
            if value.startswith("header:")
            else []
        )
    inner: Sequence[Json] = ()
    if isinstance(value, Mapping):
        inner = list(value.values())
    elif isinstance(value, list):
        inner = value
    return [name for each in inner for name in _headers_in(each)]


def _list_steps(path: str) -> tuple[Step, ...] | None:
    steps = read_steps(path)
    if steps is None:
        return None
    bare = steps[:-1] if steps and steps[-1] is None else steps
    return bare if None not in bare else None


def _cut(body: Json, steps: tuple[Step, ...], most: int) -> Json:
    found = walk(body, steps)
    if found is MISSING or not isinstance(found, list) or len(found) <= most:
        return body
    return _put(body, steps, found[:most])


def _put(here: Json, steps: tuple[Step, ...], value: Json) -> Json:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(here, dict) and isinstance(step, str):
        return {**here, step: _put(here[step], rest, value)}
    if isinstance(here, list) and isinstance(step, int):
        elements = list(here)
        elements[step] = _put(here[step], rest, value)
        return elements
    return here
