"""Lint for error rules, waits and limits: what can never come into play."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ferrule.descriptor.model import Connector
from ferrule.descriptor.streams import Stream
from ferrule.errors import Problem
from ferrule.exchange import Json
from ferrule.expression import Predicate
from ferrule.expression.condition import AllOf, AnyOf, NotOf
from ferrule.resilience import AskedBackoff, Backoff, ErrorRule, Resilience
from ferrule.resilience.rules import compile_rules, is_good

_NO_PART_OF_AN_ANSWER = ("item:", "query:", "param:")


@dataclass(frozen=True, slots=True)
class _Part:
    """A `resilience` of the document, where it is, and the streams it holds for."""

    section: Resilience
    pointer: str
    streams: Sequence[Stream]
    before: Sequence[ErrorRule] = ()


def idle_resilience(
    connector: Connector, document: dict[str, Json]
) -> Iterator[Problem]:
    """Yield FD010 and FD025: rules, waits and actions that can never come into play."""
    for part in _parts(connector, document):
        yield from _hidden_rules(part)
        yield from _idle_waits(part)
        yield from _impossible_actions(part)


def _parts(connector: Connector, document: dict[str, Json]) -> Iterator[_Part]:
    """Yield the connector's part, then the polling's, then those of streams."""
    streams, own = connector.resolved_streams, connector.resilience
    if own is not None:
        yield _Part(own, "/resilience", streams)
    before = own.rules or () if own is not None else ()
    patches = document.get("streams")
    patched = {
        index
        for index, part in enumerate(patches if isinstance(patches, list) else [])
        if _says(part, "polling", "resilience")
    }
    inheriting = [s for n, s in enumerate(streams) if n not in patched]
    polling = connector.polling
    if polling is not None and polling.resilience is not None:
        both = connector.ingestion.mode == "polling_and_webhook"
        pointer = "/ingestion/polling" if both else "/ingestion"
        yield _Part(polling.resilience, f"{pointer}/resilience", inheriting, before)
    for index in sorted(patched):
        found = streams[index].polling
        if found is not None and found.resilience is not None:
            pointer = f"/streams/{index}/polling/resilience"
            yield _Part(found.resilience, pointer, [streams[index]], before)


def _says(part: Json, *names: str) -> bool:
    here = part
    for name in names:
        here = here.get(name) if isinstance(here, dict) else None
    return isinstance(here, dict)


def _hidden_rules(part: _Part) -> Iterator[Problem]:
    earlier = list(part.before)
    for index, rule in enumerate(part.section.rules or ()):
        why = _why_never(rule, earlier)
        if why:
            yield _never(f"{part.pointer}/rules/{index}", why)
        earlier.append(rule)


def _why_never(rule: ErrorRule, earlier: Sequence[ErrorRule]) -> str:
    if rule.status == ():
        return "No status is named: this rule never decides."
    sources = [] if rule.when is None else list(_needed(rule.when))
    if any(source.startswith(_NO_PART_OF_AN_ANSWER) for source in sources):
        return "No answer has what this condition looks at: it never decides."
    if any(_covers(other, rule) for other in earlier):
        return "An earlier rule fits all of these answers: this one never decides."
    return ""


def _needed(predicate: Predicate) -> Iterator[str]:
    """Yield the sources without which a predicate cannot hold."""
    if isinstance(predicate, AllOf):
        for inner in predicate.all:
            yield from _needed(inner)
    elif not isinstance(predicate, AnyOf | NotOf) and predicate.operator != "missing":
        yield predicate.when


def _covers(earlier: ErrorRule, rule: ErrorRule) -> bool:
    """Tell whether an earlier rule fits every answer that a later one fits."""
    if not _statuses(rule) <= _statuses(earlier):
        return False
    same_text = not earlier.message_contains or (
        earlier.message_contains in (rule.message_contains or "")
    )
    return same_text and (earlier.when is None or earlier.when == rule.when)


def _statuses(rule: ErrorRule) -> frozenset[int]:
    """Return the statuses that a rule may fit."""
    (compiled,) = compile_rules([rule])
    named = compiled.statuses or frozenset(range(100, 600))
    if compiled.is_about_good_answers:
        return named
    return frozenset(status for status in named if not is_good(status))


def _idle_waits(part: _Part) -> Iterator[Problem]:
    waits = part.section.backoff or ()
    always: Backoff | None = None
    for index, wait in enumerate(waits):
        pointer = f"{part.pointer}/backoff/{index}"
        if always is not None:
            yield _never(pointer, "The wait before it always applies: not this one.")
        elif isinstance(wait, AskedBackoff):
            yield from _idle_asked(wait, pointer)
        else:
            always = wait
            if part.section.max_attempts == 1:
                yield _never(pointer, "With one attempt there is nothing to wait for.")


def _idle_asked(wait: AskedBackoff, pointer: str) -> Iterator[Problem]:
    if wait.source.startswith((*_NO_PART_OF_AN_ANSWER, "status")):
        message = "No answer tells a wait there: it never applies."
        yield _never(f"{pointer}/source", message)
    most, least = wait.give_up_after_ms, wait.min_ms
    if most is not None and least is not None and most < least:
        message = "Every wait is longer than this: it always gives up."
        yield _never(f"{pointer}/giveUpAfterMs", message)


def _never(pointer: str, message: str) -> Problem:
    advice = "Change it or its place, or remove it."
    return Problem("FD010", "warning", pointer, message, advice)


def _impossible_actions(part: _Part) -> Iterator[Problem]:
    for index, rule in enumerate(part.section.rules or ()):
        pointer = f"{part.pointer}/rules/{index}/action"
        if rule.action == "shrink_page" and not any(map(_can_shrink, part.streams)):
            message = "No page can be made smaller: nothing takes its size."
            yield _cannot(pointer, message, "Set pageSize and pageSizeParam.")
        if rule.action == "split_window" and not any(map(_can_split, part.streams)):
            message = "No window can be made shorter: there is none."
            yield _cannot(pointer, message, "Use the window strategy.")
        if rule.action == "retry" and part.section.max_attempts == 1:
            message = "With one attempt nothing is sent again."
            yield _cannot(pointer, message, "Allow more attempts, or say fail.")


def _can_shrink(stream: Stream) -> bool:
    paging = stream.polling.pagination if stream.polling else None
    return paging is not None and bool(paging.page_size_param and paging.page_size)


def _can_split(stream: Stream) -> bool:
    return stream.polling is not None and stream.polling.delta.type == "window"


def _cannot(pointer: str, message: str, advice: str) -> Problem:
    return Problem("FD025", "warning", pointer, message, advice)
