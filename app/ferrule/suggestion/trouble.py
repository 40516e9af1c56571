"""What is wrong with an answer: an error inside a good status, or no items at all."""

from collections.abc import Iterator, Mapping
from typing import Final

from ferrule.exchange import Json, Response
from ferrule.suggestion.candidate import Candidate, ranked
from ferrule.suggestion.sample import Sample

_FLAGS: Final = ("ok", "success", "succeeded", "isSuccess", "Success", "OK")
_STATES: Final[Mapping[str, str]] = {
    "ok": "ok",
    "success": "success",
    "succeeded": "succeeded",
}
_BAD_STATES: Final = frozenset({"error", "fail", "failed", "failure", "ko", "nok"})
_STATE_NAMES: Final = ("status", "stat", "state", "result")
_TEXTS: Final = (
    "message",
    "error_description",
    "errorMessage",
    "error_message",
    "detail",
    "title",
    "error",
    "errors",
    "errorMessages",
    "reason",
    "msg",
    "description",
)
_LONGEST: Final = 200
_DEEPEST: Final = 4


def find_error_rules(sample: Sample) -> list[Candidate]:
    """Return error rules for answers that hide a failure behind a good status."""
    body = sample.body
    if not isinstance(body, dict) or sample.failed:
        return []
    return ranked([*_flags(body), *_states(body, sample), *_errors(body, sample)])


def _flags(body: Mapping[str, Json]) -> Iterator[Candidate]:
    for name in _FLAGS:
        value = body.get(name)
        if isinstance(value, bool):
            told = "says that it failed" if not value else "says that it went well"
            reason = f"`$.{name}` {told}: one that fails must not look like no items."
            yield _rule(
                f"$.{name}", "equals", False, 0.92 if not value else 0.8, reason
            )


def _states(body: Mapping[str, Json], sample: Sample) -> Iterator[Candidate]:
    for name in _STATE_NAMES:
        value = body.get(name)
        text = value.lower() if isinstance(value, str) else ""
        if text in _BAD_STATES:
            status = sample.response.status
            reason = f"`$.{name}` says “{value}” in an answer of status {status}."
            yield _rule(f"$.{name}", "equals", value, 0.85, reason)
        elif text in _STATES:
            reason = f"`$.{name}` says “{value}” where all is well."
            yield _rule(f"$.{name}", "not_equals", value, 0.62, reason)


def _errors(body: Mapping[str, Json], sample: Sample) -> Iterator[Candidate]:
    named = [n for n in ("error", "errors", "fault", "Error", "Errors") if body.get(n)]
    if (
        named
        and not sample.items
        and not any(body.get(name) is False for name in _FLAGS)
    ):
        reason = (
            f"`$.{named[0]}` is there in an answer of status {sample.response.status}."
        )
        yield _rule(f"$.{named[0]}", "exists", None, 0.7, reason)


def _rule(
    path: str, operator: str, value: Json, score: float, reason: str
) -> Candidate:
    when: dict[str, Json] = {"when": path, "operator": operator}
    if value is not None:
        when["value"] = value
    return Candidate(
        {"resilience": {"rules": [{"when": when, "action": "fail"}]}}, score, reason
    )


def notices(sample: Sample, known_items: str | None) -> Iterator[str]:
    """Yield sentences about an answer from which little can be told, and why.

    `known_items` is the path that a mapping has for the items already.
    """
    status = sample.response.status
    if sample.failed:
        said = message_in(sample.body)
        yield f"The service answered {status}" + (f": {said}" if said else ".")
        return
    if sample.body is None:
        yield "The body is empty: there is nothing to learn from it."
    elif _failed(sample):
        said = message_in(sample.body)
        yield "The answer says that it failed" + (f": {said}" if said else ".")
    elif not sample.found:
        yield "The body holds no list of objects and no object with an id."
    elif not sample.items:
        path = known_items or sample.found[0].listing.path
        yield f"There are no items at `{path}`: send a request that finds some."


def _failed(sample: Sample) -> bool:
    rules = find_error_rules(sample)
    body = sample.body if isinstance(sample.body, dict) else {}
    bad = any(body.get(name) is False for name in _FLAGS)
    return (
        bool(rules)
        and not sample.items
        and (bad or bool(body.get("error") or body.get("errors")))
    )


def unreadable(response: Response, message: str) -> str:
    """Return the sentence for a body that is not JSON."""
    kind = (response.lower_headers.get("content-type") or "").partition(";")[0].strip()
    told = f" Its content type is {kind}." if kind else ""
    return f"{message}{told}"


def message_in(value: Json, depth: int = 0) -> str:
    """Return what an error says in words, empty where it says nothing."""
    if isinstance(value, str):
        return " ".join(value.split())[:_LONGEST]
    if depth > _DEEPEST:
        return ""
    if isinstance(value, list):
        return message_in(value[0], depth + 1) if value else ""
    if isinstance(value, dict):
        texts = (message_in(value[n], depth + 1) for n in _TEXTS if value.get(n))
        return next((text for text in texts if text), "")
    return ""
