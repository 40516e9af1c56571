"""The steps of a check as values: what a person reads, and what a machine does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ferrule.errors import Cancelled, ExchangeError, FerruleError
from ferrule.exchange import Json
from ferrule.workspace.diagnosis import Diagnosis
from ferrule.workspace.health import Cause, cause_of
from ferrule.workspace.step_exchange import StepExchange, bare_exchange

StepName = Literal["configuration", "reachable", "tls", "auth", "health", "first page"]
ORDER: Final[tuple[StepName, ...]] = (
    "configuration",
    "reachable",
    "tls",
    "auth",
    "health",
    "first page",
)


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One line of a check: `ok` is None for a step that does not apply.

    `trouble` is why it failed, as a word for a machine; `cause` what that means for the
    connection's health. `exchange` is what was sent and came back, free of secrets;
    `found` are lines about what is no exchange (a name, a certificate). `identity` is
    who is signed in.
    """

    name: StepName
    ok: bool | None
    detail: str
    ms: float | None = None
    advice: str = ""
    method: str = ""
    url: str = ""
    status: int | None = None
    snippet: str = ""
    cause: Cause | None = None
    trouble: str = ""
    exchange: StepExchange | None = None
    found: tuple[str, ...] = ()
    identity: str = ""

    @property
    def shown(self) -> str:
        """What lies behind the step as lines, free of secrets."""
        parts = ["\n".join(self.found), self.exchange.text if self.exchange else ""]
        return "\n\n".join(filter(None, parts))

    def wire(self) -> dict[str, Json]:
        """Return the step as a JSON object, without what is empty."""
        line: dict[str, Json] = {"type": "check", "step": self.name, "ok": self.ok}
        rest: dict[str, Json] = {
            "detail": self.detail,
            "cause": self.trouble,
            "ms": self.ms,
            "advice": self.advice,
            "identity": self.identity,
            "method": self.method,
            "url": self.url,
            "status": self.status,
            "snippet": self.snippet,
            "found": list(self.found),
            "exchange": self.exchange.wire() if self.exchange else None,
        }
        return line | {key: value for key, value in rest.items() if value}


def step_of_error(
    name: StepName, error: FerruleError, exchange: StepExchange | None = None
) -> CheckStep:
    """Return a step that failed by an error."""
    if not isinstance(error, ExchangeError):
        return CheckStep(
            name,
            ok=False,
            detail=error.message,
            advice=error.advice,
            trouble="incomplete" if name == "configuration" else "unexpected",
            exchange=exchange,
        )
    trouble = error.trouble or "unexpected"
    return CheckStep(
        name,
        ok=False,
        detail=error.message,
        advice=error.advice,
        method=error.method,
        url=error.url,
        status=error.status,
        snippet=error.snippet,
        cause=cause_of(error),
        trouble="cancelled" if isinstance(error, Cancelled) else trouble,
        exchange=exchange or bare_exchange(error.method, error.url),
    )


def step_of_diagnosis(
    name: StepName, found: Diagnosis, exchange: StepExchange, message: str = ""
) -> CheckStep:
    """Return a step that failed by an answer; `message` is what a rule says of it."""
    detail = found.detail
    if message:
        detail = f"{message} ({detail.rstrip('.')})."
    return CheckStep(
        name,
        ok=False,
        detail=detail,
        ms=exchange.ms,
        advice=found.advice,
        method=exchange.method,
        url=exchange.url,
        status=exchange.status,
        snippet=exchange.snippet,
        cause=found.health,
        trouble=found.trouble,
        exchange=exchange,
    )


def identity_in(steps: Sequence[CheckStep]) -> str:
    """Return who the steps found to be signed in; empty where nobody was named."""
    return next((step.identity for step in steps if step.identity), "")
