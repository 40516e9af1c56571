"""An operation under way, and what its line of the log will say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypedDict

from ferrule.errors import (
    AlreadyRunning,
    Cancelled,
    FerruleError,
    NotFound,
    UsageError,
)
from ferrule.exchange import Json
from ferrule.store.operations import Level

_REFUSED: Final = UsageError | NotFound | AlreadyRunning


@dataclass(slots=True)
class Doing:
    """An operation under way: what its line will say; change what is known better.

    `audit` is the action of the trail, empty for none; `subject` is what it was done
    to, by default the entity, else the connection, else the connector.
    """

    operation: str
    message: str = ""
    level: Level = "info"
    connector: str = ""
    connection: str = ""
    correlation: str = ""
    entity: str = ""
    outcome: str = "done"
    details: dict[str, Json] = field(default_factory=dict)
    audit: str = ""
    subject: str = ""
    silent: bool = False

    def tell(self, about: "About") -> None:
        """Say what it is about."""
        for name, value in about.items():
            setattr(self, name, value)
        self.details = dict(self.details)

    def failed(self, error: BaseException) -> None:
        """Say that it ended with an error."""
        if isinstance(error, FerruleError):
            self._refused(error)
            return
        ended = isinstance(error, KeyboardInterrupt | GeneratorExit)
        self.level = "info" if ended else "error"
        self.outcome = "stopped" if ended else "failed"
        self.message = f"{self.operation} ended by {type(error).__name__}."

    def _refused(self, error: FerruleError) -> None:
        refused = isinstance(error, _REFUSED)
        self.message = error.message
        self.level = "warning" if refused else "error"
        self.outcome = "refused" if refused else "failed"
        self.details["failure"] = type(error).__name__
        if isinstance(error, Cancelled):
            self.level, self.outcome = "info", "stopped"
        if error.advice:
            self.details["advice"] = error.advice


class About(TypedDict, total=False):
    """What an operation is about: members of a `Doing`."""

    connector: str
    connection: str
    correlation: str
    entity: str
    audit: str
    subject: str
    details: Mapping[str, Json]
