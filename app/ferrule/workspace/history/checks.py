"""Keeping what a check exchanges, so that it can be looked at and made a test of."""

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from uuid import uuid4

from ferrule.errors import StoreError
from ferrule.exchange import Json
from ferrule.workspace.checking import Check
from ferrule.workspace.history.facts import Exchange, Where
from ferrule.workspace.workspace import Workspace


def kept_check(
    workspace: Workspace,
    check: Check,
    connector_id: str,
    config: Mapping[str, Json],
    connection: str = "",
) -> Check:
    """Return a check whose exchanges go into the history as they come."""
    where = Where(
        project=workspace.project.key,
        connector=connector_id,
        kind="check",
        connection=connection,
        config=dict(config),
        group=uuid4().hex,
    )
    check.on_exchange = partial(_keep, workspace, where)
    return check


def _keep(workspace: Workspace, where: Where, exchange: Exchange) -> None:
    """Keep an exchange; a full disk must not fail the check itself."""
    with suppress(StoreError):
        workspace.history.keep(exchange, where)
