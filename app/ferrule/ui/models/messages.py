"""What one page passes to another through `go`: plain values, so none knows one."""

from dataclasses import dataclass
from pathlib import Path

from ferrule.exchange import Json, Response


@dataclass(frozen=True, slots=True)
class ShowConnector:
    """Show a connector in the catalogue; with `connect` begin connecting it.

    `reconnect` is the key of a connection to sign in to again, `change` that of one to
    be changed, to the API `version` if one is named.
    """

    connector_id: str
    connect: bool = False
    reconnect: str = ""
    change: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class OpenDescriptor:
    """Open a connector in the Builder, or a new `document`.

    `response` becomes the sample, `focus` is a JSON pointer to go to, `against` a file
    or bundle whose differences are shown.
    """

    connector_id: str = ""
    document: dict[str, Json] | None = None
    response: Response | None = None
    focus: str = ""
    against: Path | None = None


@dataclass(frozen=True, slots=True)
class BeginFrom:
    """Begin a new descriptor in the Builder from a text: an address, a cURL command."""

    text: str


@dataclass(frozen=True, slots=True)
class BuildOnSandbox:
    """Begin a new descriptor in the Builder on the sample service."""


@dataclass(frozen=True, slots=True)
class StartSync:
    """Start a run of a connection on the Runs page."""

    connection: str
    full: bool = False


@dataclass(frozen=True, slots=True)
class ShowConnection:
    """Show a connection on the Runs page, or one of its runs by its number."""

    connection: str
    run: int | None = None


@dataclass(frozen=True, slots=True)
class OpenBundle:
    """Verify a bundle file on the Bundles page."""

    path: Path


@dataclass(frozen=True, slots=True)
class ShowLog:
    """Show the lines of the log that fit a query on the Activity page."""

    query: str


@dataclass(frozen=True, slots=True)
class ShowDelivery:
    """Show a delivery on the Webhooks page, by its correlation id."""

    correlation: str


@dataclass(frozen=True, slots=True)
class OpenConnector:
    """Show all about a connector on its own page."""

    connector_id: str


@dataclass(frozen=True, slots=True)
class ShowApproval:
    """Show a request for approval on the Tools page, by its number."""

    number: int


@dataclass(frozen=True, slots=True)
class ShowDeadLetters:
    """Show the dead letters on the Webhooks page."""


@dataclass(frozen=True, slots=True)
class ShowCredential:
    """Show a connection's credential on the Credentials page."""

    connection: str
