"""The job that a parent process gives to a child on its standard input."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.workspace.giving import parse_job, typed_secrets
from ferrule.workspace.syncing import SyncOrder


@dataclass(frozen=True, slots=True)
class ChildJob:
    """A sync to run; `secrets` is None where the child opens the vault itself."""

    connection: str
    project: Path | None
    order: SyncOrder
    secrets: dict[str, SecretStr] | None


def read_job(line: bytes, given: argparse.Namespace) -> ChildJob:
    """Return the job in the first line, arguments filling what it leaves out.

    `{"job": {"connection", "mode", "syncFrom", "project"}, "secrets": {…}}`

    Raises:
        UsageError: when it names no connection or an unknown mode.
    """
    found = parse_job(line)
    job = found.get("job")
    job = job if isinstance(job, dict) else {}
    connection = job.get("connection") or given.connection
    if not isinstance(connection, str):
        raise UsageError("The job names no connection.")
    project = job.get("project") or given.project
    return ChildJob(
        connection,
        Path(str(project)) if project else None,
        _order(job, given),
        _secrets(found.get("secrets")),
    )


def _order(job: dict[str, Json], given: argparse.Namespace) -> SyncOrder:
    mode = job.get("mode") or ("full" if given.full else "incremental")
    if mode not in {"full", "incremental"}:
        raise UsageError(f"The job's mode {mode!r} is neither full nor incremental.")
    since = job.get("syncFrom") or given.sync_from
    return SyncOrder(
        full=mode == "full",
        sync_from=str(since) if since else None,
        fresh=job.get("fresh") is True,
    )


def _secrets(found: Json) -> dict[str, SecretStr] | None:
    if not isinstance(found, dict):
        return None
    return typed_secrets({key: str(value) for key, value in found.items()})
