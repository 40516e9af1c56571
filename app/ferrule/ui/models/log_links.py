"""Where a line of the log leads: the run, the connection, the delivery it is about."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ferrule.ui.models.messages import OpenConnector, ShowConnection, ShowDelivery
from ferrule.workspace.operations.timeline import Line

_RUN: Final = re.compile(r"run:(\d{1,18})\Z")
_DELIVERY: Final = re.compile(r"[0-9a-f]{32}\Z")
_GONE: Final = frozenset({"disconnect"})


class Link(NamedTuple):
    """A way to another page: the page's key, and what it is passed."""

    text: str
    icon: str
    page: str
    what: object


def links_of(line: Line) -> list[Link]:
    """Return where a line leads, the nearest first."""
    return list(_links(line))


def _links(line: Line) -> Iterator[Link]:
    run = _RUN.match(line.correlation)
    if run is not None and line.connection:
        where = ShowConnection(line.connection, int(run[1]))
        yield Link("Open run", "refresh-cw", "runs", where)
    if _DELIVERY.match(line.correlation):
        delivery = ShowDelivery(line.correlation)
        yield Link("Open delivery", "webhook", "webhooks", delivery)
    if line.connection and run is None and line.operation not in _GONE:
        where = ShowConnection(line.connection)
        yield Link("Open connection", "plug", "runs", where)
    if line.connector:
        shown = OpenConnector(line.connector)
        yield Link("Connector", "layout-grid", "connector", shown)
