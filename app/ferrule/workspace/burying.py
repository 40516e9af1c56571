"""A delivery sent to the dead letters by a person, to be looked at and replayed there.

What its mapping wrote stays; a replay goes by the mapping as it is then.
"""

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.errors import UsageError
from ferrule.store import buried_rows
from ferrule.workspace.operations.delivery_lines import delivery_lines
from ferrule.workspace.workspace import Workspace


def bury(
    workspace: Workspace,
    number: int,
    why: str = "A person sent it here.",
    clock: Clock | None = None,
) -> None:
    """Make a dead letter of a delivery.

    Raises:
        NotFound: when the project has none of that number.
        UsageError: when it waits, was refused, is a repeat or a dead letter already.
    """
    project = workspace.project.key
    found = workspace.deliveries.get(project, number)
    at = rfc3339((clock or SystemClock()).now())
    with workspace.database.writing() as db:
        done = buried_rows.bury(db, project, number, why, at)
    if not done:
        raise UsageError(
            f"Delivery {number} is {found.status}: that can be no dead letter.",
            advice="Mapped, ignored and skipped ones can.",
        )
    lines = delivery_lines(workspace)
    lines.done([found], "deadletter", "dead", f"was made a dead letter: {why}")
