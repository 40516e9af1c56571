"""The steps of a check as lines: a state, words, milliseconds, and what went wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

NAMES: Final[Sequence[str]] = (
    "configuration",
    "reachable",
    "tls",
    "auth",
    "health",
    "first page",
)
TITLES: Final[Mapping[str, str]] = {
    "configuration": "Configuration",
    "reachable": "Reachable",
    "tls": "Encryption (TLS)",
    "auth": "Sign-in",
    "health": "Health",
    "first page": "First page",
}
_STATES: Final = {True: "ok", False: "error", None: "cancelled"}
_WORDS: Final = {True: "passed", False: "failed", None: "does not apply"}


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One step that ended; `ok` is None where it does not apply.

    `exchange` is the request and the beginning of the answer, free of secrets; `curl`
    is the request as a command, `cause` why the step failed, as a word for a machine.
    """

    name: str
    ok: bool | None
    detail: str
    ms: float | None = None
    advice: str = ""
    exchange: str = ""
    curl: str = ""
    cause: str = ""

    @property
    def title(self) -> str:
        """Return the step's name for a person."""
        return TITLES.get(self.name, self.name.capitalize())

    @property
    def state(self) -> str:
        """Return the state's name in `theme.STATES`."""
        return _STATES[self.ok]

    @property
    def took(self) -> str:
        """Return the milliseconds in words, empty where none were measured."""
        if self.ms is None:
            return ""
        return f"{self.ms:,.0f} ms" if self.ms >= 1 else "< 1 ms"

    @property
    def sentence(self) -> str:
        """Return the step as a screen reader says it."""
        parts = (self.title, _WORDS[self.ok], self.detail, self.took)
        return ", ".join(part for part in parts if part)


def verdict(lines: Sequence[CheckLine]) -> str:
    """Return how a whole check ended, in one sentence."""
    bad = next((line for line in lines if line.ok is False), None)
    if bad is not None:
        return f"{bad.title}: {bad.detail}"
    passed = sum(line.ok is True for line in lines)
    return f"All {passed} steps passed"
