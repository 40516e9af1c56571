"""How failures are met: the part of a descriptor that says so, and it compiled."""

import msgspec
from pydantic import Field

from ferrule.exchange import Response
from ferrule.request.graphql import refusal
from ferrule.resilience.backoff import Backoff
from ferrule.resilience.breaker import CircuitBreaker
from ferrule.resilience.rules import CompiledRule, ErrorRule, compile_rules, is_good
from ferrule.section import Section, Whole

USUAL_ATTEMPTS = 5


class Resilience(Section):
    """What is done when a request fails; without it, 5 attempts at 1, 2, 4, 8 s."""

    max_attempts: Whole | None = Field(
        None, title="Attempts", description="How often a request is sent", ge=1, le=20
    )
    backoff: tuple[Backoff, ...] | None = Field(
        None, title="Waits", description="The first that applies gives the wait"
    )
    rules: tuple[ErrorRule, ...] | None = Field(
        None, title="Rules", description="The first that fits an answer decides"
    )
    circuit_breaker: CircuitBreaker | None = Field(
        None, title="Circuit breaker", description="Pauses a service that keeps failing"
    )


class Policy(msgspec.Struct, frozen=True):
    """How the failures of one stream, or of a connection, are met."""

    max_attempts: int = USUAL_ATTEMPTS
    backoff: tuple[Backoff, ...] = ()
    rules: tuple[CompiledRule, ...] = ()
    breaker: CircuitBreaker | None = None
    reads_good_answers: bool = False
    graphql: bool = False

    def rule(self, response: Response) -> ErrorRule | None:
        """Return the first rule that fits an answer, if one does.

        After the descriptor's own comes that of GraphQL: errors and no data.
        """
        if is_good(response.status) and not self.reads_good_answers:
            return None
        for compiled in self.rules:
            if compiled.fits(response):
                return compiled.rule
        refused = refusal(response) if self.graphql else None
        if refused is None:
            return None
        return ErrorRule(action=refused.action, message=refused.message)


USUAL = Policy()


def policy_of(
    connector: Resilience | None,
    stream: Resilience | None = None,
    *,
    graphql: bool = False,
) -> Policy:
    """Return how failures are met (semantics 10).

    The connector's rules come first, then the stream's; of the other members the
    stream's own hold where it has any. `graphql`: the stream asks in GraphQL, whose
    refusals come with status 200.
    """
    parts = [part for part in (connector, stream) if part is not None]
    if not parts and not graphql:
        return USUAL
    rules = compile_rules([rule for part in parts for rule in part.rules or ()])
    attempts = [p.max_attempts for p in parts if p.max_attempts is not None]
    waits = [p.backoff for p in parts if p.backoff is not None]
    breakers = [p.circuit_breaker for p in parts if p.circuit_breaker is not None]
    return Policy(
        max_attempts=attempts[-1] if attempts else USUAL_ATTEMPTS,
        backoff=waits[-1] if waits else (),
        rules=rules,
        breaker=breakers[-1] if breakers else None,
        reads_good_answers=graphql or any(r.is_about_good_answers for r in rules),
        graphql=graphql,
    )
