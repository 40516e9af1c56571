"""A cause that was found: its word, its sentence, its advice, and whose fault it is."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ferrule.workspace.health import Cause

AnswerTrouble: TypeAlias = Literal[
    "unauthorised",
    "missing_right",
    "missing_scope",
    "clock_skew",
    "wrong_address",
    "wrong_tenant",
    "not_found",
    "rate_limited",
    "service_down",
    "blocked",
    "captive_portal",
    "proxy_sign_in",
    "proxy_answer",
    "tls_needed",
    "unexpected",
]
OF_THE_SIGN_IN: Final = frozenset(
    {"unauthorised", "missing_right", "missing_scope", "clock_skew"}
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What an answer means; `health` is what it says about the connection."""

    trouble: AnswerTrouble
    detail: str
    advice: str
    health: Cause = "lasting"

    @property
    def about_sign_in(self) -> bool:
        """Whether it is the credential that is judged."""
        return self.trouble in OF_THE_SIGN_IN
