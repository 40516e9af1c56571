"""`ferrule connections`: what is connected, and how it is."""

from typing import Annotated

import typer

from ferrule.cli.ending import DONE, write_json
from ferrule.cli.place import open_workspace
from ferrule.cli.registry import Json, app
from ferrule.cli.tables import show_table


@app.command("connections")
def connections(
    connector: Annotated[str | None, typer.Option("--connector")] = None,
    provider: Annotated[str | None, typer.Option("--provider")] = None,
    as_json: Json = False,
) -> int:
    """List the project's connections."""
    workspace = open_workspace()
    found = workspace.connections.list(
        workspace.project.key, connector_id=connector, provider=provider
    )
    if as_json:
        for one in found:
            write_json(
                {
                    "key": one.key,
                    "connector": one.connector_id,
                    "version": one.version,
                    "enabled": one.enabled,
                    "state": one.state,
                    "config": dict(one.config),
                    "lastHealthCheck": one.last_health_check,
                    "lastError": one.last_error,
                }
            )
        return DONE
    rows = [
        (c.key, c.connector_id, c.version, c.state if c.enabled else "disabled")
        for c in found
    ]
    show_table(("key", "connector", "version", "state"), rows)
    return DONE
