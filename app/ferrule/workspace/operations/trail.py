"""Reading the audit trail."""

from collections.abc import Sequence

from ferrule.exchange import Json
from ferrule.store.audit import AuditRow, Verified
from ferrule.workspace.workspace import Workspace

__all__ = ["AuditRow", "Verified", "audit_line", "audit_rows", "ended_rows"]


def audit_rows(
    workspace: Workspace,
    *,
    limit: int = 100,
    before: int | None = None,
    every_project: bool = False,
) -> tuple[AuditRow, ...]:
    """Return rows of the trail newest first; `before` is the last id of a page."""
    project = None if every_project else workspace.project.key
    return workspace.audit.rows(project, limit=limit, before=before)


def ended_rows(rows: Sequence[AuditRow]) -> list[AuditRow]:
    """Return rows without the beginnings of deeds whose end is among them."""
    ended = {_deed(row) for row in rows if row.outcome != "begun"}
    return [row for row in rows if row.outcome != "begun" or _deed(row) not in ended]


def _deed(row: AuditRow) -> tuple[str, str]:
    return row.correlation, row.action


def audit_line(row: AuditRow) -> dict[str, Json]:
    """Return a row as a JSON object without empty members."""
    line: dict[str, Json] = {
        "type": "audit",
        "id": row.id,
        "at": row.at,
        "project": row.project,
        "actor": row.actor,
        "via": row.via,
        "action": row.action,
        "subject": row.subject,
        "outcome": row.outcome,
        "correlation": row.correlation,
        "note": row.note,
        "digest": row.digest,
    }
    return {name: value for name, value in line.items() if value not in ("", None)}
