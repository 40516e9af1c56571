"""How failures are met, as Airbyte's error handlers."""

from collections.abc import Iterator, Sequence
from typing import Final

from ferrule.auth.oauth2 import OAuth2Auth
from ferrule.exchange import Json
from ferrule.interchange.airbyte.component import Component
from ferrule.interchange.airbyte.jinja import condition, literal, safely
from ferrule.interchange.ledger import Ledger, Level
from ferrule.interchange.outgoing import Leaving, Outgoing
from ferrule.interchange.steps import steps_of
from ferrule.resilience import (
    AskedBackoff,
    Backoff,
    ConstantBackoff,
    ErrorRule,
    ExponentialBackoff,
    Resilience,
)
from ferrule.resilience.policy import USUAL_ATTEMPTS

_ACTIONS: Final = {
    "retry": "RETRY",
    "rate_limited": "RATE_LIMITED",
    "ignore": "IGNORE",
    "fail": "FAIL",
    "refresh_auth": "REFRESH_TOKEN_THEN_RETRY",
    "success": "SUCCESS",
}
_CAUSES: Final = {
    "config": "config_error",
    "transient": "transient_error",
    "system": "system_error",
}
_USUAL: Final[tuple[Component, ...]] = (
    {"type": "WaitTimeFromHeader", "header": "Retry-After"},
    {"type": "ExponentialBackoffStrategy", "factor": 0.5},
)
_REFUSED: Final = '(response.get("errors") and not response.get("data"))'


def error_handler(out: Outgoing, leaving: Leaving) -> Component:
    """Return the error handler of a stream: the connector's rules, then its own."""
    ledger = out.ledger
    connector, own = out.connector.resilience, leaving.polling.resilience
    filters: list[Json] = []
    for level, part in (
        (Level("/resilience", "/resilience"), connector),
        (_below(leaving), own),
    ):
        for index, rule in enumerate(part.rules or () if part else ()):
            filters += _filter(out, level, index, rule)
    if leaving.polling.body_type == "graphql":
        filters.append(_graphql())
    found: Component = {"type": "DefaultErrorHandler"}
    found["max_retries"] = _attempts(ledger, leaving, connector, own) - 1
    found["backoff_strategies"] = list(_waits(ledger, leaving, connector, own))
    if filters:
        found["response_filters"] = filters
    return found


def _below(leaving: Leaving) -> Level:
    asked = leaving.asked
    return Level(f"{asked.own}/resilience", f"{asked.general}/resilience")


def _graphql() -> Component:
    return {
        "type": "HttpResponseFilter",
        "predicate": f"{{{{ {_REFUSED} }}}}",
        "action": "FAIL",
        "error_message": "The service refuses the query.",
    }


def _attempts(
    ledger: Ledger,
    leaving: Leaving,
    connector: Resilience | None,
    own: Resilience | None,
) -> int:
    for level, part in ((_below(leaving), own), (_CONNECTOR, connector)):
        if part is not None and part.max_attempts is not None:
            ledger.kept(level, ("maxAttempts",), "One more than max_retries.")
            return part.max_attempts
    return USUAL_ATTEMPTS


_CONNECTOR: Final = Level("/resilience", "/resilience")


def _waits(
    ledger: Ledger,
    leaving: Leaving,
    connector: Resilience | None,
    own: Resilience | None,
) -> Sequence[Component]:
    for level, part in ((_below(leaving), own), (_CONNECTOR, connector)):
        if part is None or part.backoff is None:
            continue
        found = []
        for index, wait in enumerate(part.backoff):
            found.append(_wait(ledger, level, index, wait))
        known = [one for one in found if one is not None]
        return known or _USUAL
    return _USUAL


def _wait(ledger: Ledger, level: Level, index: int, wait: Backoff) -> Component | None:
    at = ("backoff", str(index))
    if isinstance(wait, ConstantBackoff):
        ledger.kept(level, at, "ConstantBackoffStrategy.")
        seconds = wait.delay_ms / 1000
        return {"type": "ConstantBackoffStrategy", "backoff_time_in_seconds": seconds}
    if isinstance(wait, ExponentialBackoff):
        reason = "Airbyte's waits have no jitter and no upper end."
        ledger.changed(level, at, reason)
        factor = wait.base_ms / 2000  # it begins with twice the factor
        return {"type": "ExponentialBackoffStrategy", "factor": factor}
    found = _told(wait)
    if found is None:
        ledger.dropped(level, at, "Airbyte reads no wait written so.")
    else:
        ledger.kept(level, at, f"{found['type']}.")
    return found


def _told(wait: AskedBackoff) -> Component | None:
    most = {}
    if wait.give_up_after_ms is not None:
        most = {"max_waiting_time_in_seconds": wait.give_up_after_ms / 1000}
    pattern = {"regex": wait.regex} if wait.regex else {}
    kind, _, named = wait.source.partition(":")
    name = literal(named)
    if kind == "header" and wait.as_ == "seconds" and wait.min_ms is None:
        return {"type": "WaitTimeFromHeader", "header": name, **pattern, **most}
    if kind == "header" and wait.as_ == "epoch_s":
        least = {"min_wait": wait.min_ms / 1000} if wait.min_ms else {}
        until = {"type": "WaitUntilTimeFromHeader", "header": name}
        return {**until, **pattern, **most, **least}
    steps = steps_of(wait.source)
    if steps and "*" not in steps and wait.as_ in {"seconds", "ms"} and not pattern:
        text = safely("response", steps)
        text = f"({text} / 1000)" if wait.as_ == "ms" else text
        asked = {
            "type": "WaitTimeFromResponse",
            "wait_time_in_seconds": f"{{{{ {text} }}}}",
        }
        return {**asked, **most}
    return None


def _filter(
    out: Outgoing, level: Level, index: int, rule: ErrorRule
) -> Iterator[Component]:
    ledger, at = out.ledger, ("rules", str(index))
    text = condition(rule.when, "response") if rule.when is not None else ""
    if text is None:
        ledger.dropped(level, at, "Airbyte's filters cannot say its condition.")
        return
    found: Component = {"type": "HttpResponseFilter"}
    if rule.statuses is not None:
        found["http_codes"] = [*sorted(rule.statuses)]
    if text:
        found["predicate"] = f"{{{{ {text} }}}}"
    if rule.message_contains:
        found["error_message_contains"] = rule.message_contains
    found["action"] = _action(out, rule)
    if rule.cause in _CAUSES and found["action"] == "FAIL":
        found["failure_type"] = _CAUSES[rule.cause]
    if rule.message:
        found["error_message"] = rule.message.replace("{", "(").replace("}", ")")
    _tell(ledger, level, at, rule, str(found["action"]))
    yield found


def _action(out: Outgoing, rule: ErrorRule) -> str:
    if rule.action == "refresh_auth" and not isinstance(out.connector.auth, OAuth2Auth):
        return "FAIL"
    return _ACTIONS.get(rule.action, "FAIL")


def _tell(
    ledger: Ledger, level: Level, at: tuple[str, ...], rule: ErrorRule, action: str
) -> None:
    """Tell a rule; one that names several things fits in Airbyte when any fits."""
    named = [rule.status, rule.when, rule.message_contains]
    if sum(one is not None for one in named) > 1:
        reason = "Airbyte's filter fits when one of its conditions does, not all."
        ledger.changed(level, at, reason)
    elif rule.message_contains is not None:
        reason = "Airbyte looks in the message of the error, not in the whole body."
        ledger.changed(level, at, reason)
    elif action != _ACTIONS.get(rule.action):
        reason = f"Airbyte cannot {rule.action.replace('_', ' ')} here: the sync fails."
        ledger.changed(level, at, reason)
    else:
        ledger.kept(level, at, "HttpResponseFilter.")
