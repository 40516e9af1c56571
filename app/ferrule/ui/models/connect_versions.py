"""A Connect flow's plan at another API version of its connector.

It blocks and imports the descriptor's models: it is called off the window's thread.
"""

from collections.abc import Mapping
from dataclasses import replace

from ferrule.descriptor.api_versions import connector_at
from ferrule.exchange import Json
from ferrule.ui.models import connect_plan
from ferrule.ui.models.api_versions import read_choice
from ferrule.ui.models.connect_plan import Plan, Source
from ferrule.ui.models.credential_scopes import bundle_to_share, shared_by_method
from ferrule.workspace.workspace import Workspace


def at_version(
    workspace: Workspace, plan: Plan, version: str, values: Mapping[str, Json]
) -> Plan:
    """Return a plan at another version, with the values that are filled in so far.

    Raises:
        FerruleError: when the document cannot be read, or the connection is gone.
    """
    whole = connector_at(workspace.catalogue.document(plan.card.id), version)
    method = connect_plan.method_of(whole, plan.method)
    fresh = not plan.changes
    fitting = shared_by_method(workspace, whole, only=None if fresh else method)
    source: Source = "shared" if plan.uses_shared and method in fitting else "own"
    fields = {field.key for field in whole.signing_in(method).auth.credential_fields}
    return replace(
        plan,
        connector=whole.signing_in(method),
        whole=whole if fresh else None,
        methods=tuple(whole.sign_ins) if fresh else (),
        method=method,
        values=values,
        kept=plan.kept & fields,
        streams=connect_plan.choices(whole, _polled(workspace, plan)),
        fitting=fitting,
        source=source,
        bundle=bundle_to_share(workspace, whole),
        versions=read_choice(workspace, plan.card.id, version),
    )


def _polled(workspace: Workspace, plan: Plan) -> list[str] | None:
    """Return the streams that a connection was told to poll, None for the usual."""
    if not plan.changes:
        return None
    found = workspace.connections.get(workspace.project.key, plan.key)
    return list(found.streams) if found.streams else None
