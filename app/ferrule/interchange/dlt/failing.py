"""Error rules as dlt's response actions."""

from collections.abc import Iterator

from ferrule.interchange.dlt.pythonic import Code, Written, predicate
from ferrule.interchange.ledger import Level
from ferrule.interchange.outgoing import Leaving, Outgoing
from ferrule.resilience import ErrorRule

_ENDS = frozenset({"fail", "refresh_auth"})


def response_actions(out: Outgoing, leaving: Leaving) -> list[Written]:
    """Return the actions of a resource: the connector's rules, then its own."""
    asked = leaving.asked
    own = Level(f"{asked.own}/resilience", f"{asked.general}/resilience")
    general = Level("/resilience", "/resilience")
    found: list[Written] = []
    for level, part in (
        (general, out.connector.resilience),
        (own, leaving.polling.resilience),
    ):
        for index, rule in enumerate(part.rules or () if part else ()):
            found += _action(out, level, index, rule)
    if leaving.polling.body_type == "graphql":
        refused = "_all(_is(('errors',), 'exists'), _is(('data',), 'equals', None))"
        missing = "_all(_is(('errors',), 'exists'), _is(('data',), 'missing'))"
        said = "The service refuses the query."
        found.append(
            Code(f"_when('fail', _any({refused}, {missing}), (), '', {said!r})")
        )
    return found


def _action(
    out: Outgoing, level: Level, index: int, rule: ErrorRule
) -> Iterator[Written]:
    ledger, at = out.ledger, ("rules", str(index))
    test = predicate(rule.when) if rule.when is not None else ""
    if test is None:
        ledger.dropped(level, at, "Its condition cannot be said in the file.")
        return
    if rule.action != "ignore" and rule.action not in _ENDS:
        reason = "dlt repeats 429 and 5xx answers by itself, and no others."
        ledger.dropped(level, at, reason)
        return
    if rule.action == "refresh_auth":
        ledger.changed(level, at, "The run fails: a new credential is needed.")
    else:
        ledger.kept(level, at, "A response action.")
    action = "ignore" if rule.action == "ignore" else "fail"
    statuses = tuple(sorted(rule.statuses)) if rule.statuses is not None else ()
    message = rule.message or "The service refuses the request."
    arguments = f"{statuses!r}, {rule.message_contains or ''!r}, {message!r}"
    yield Code(f"_when({action!r}, {test or None}, {arguments})")
