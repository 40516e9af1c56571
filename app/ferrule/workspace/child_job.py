"""The job that a parent process gives to a child on its standard input."""

import argparse
from pathlib import Path

import msgspec
from pydantic import SecretStr

from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.workspace.giving import parse_job, typed_secrets
from ferrule.workspace.preparing import SyncOrder


class ChildJob(msgspec.Struct, frozen=True):
    """A sync to run; `secrets` is None where the child opens the vault itself.

    `vault_key` is there where it could not: it keeps the tokens that it renews.
    """

    connection: str
    project: Path | None
    order: SyncOrder
    secrets: dict[str, SecretStr] | None
    vault_key: SecretStr | None = None


def read_job(line: bytes, given: argparse.Namespace) -> ChildJob:
    """Return the job in the first line, arguments filling what it leaves out.

    `{"job": {"connection", "mode", "syncFrom", "project", "fresh", "limit",
    "dryRun", "allowHttp"}, "secrets": {…}, "vaultKey"}`: all members may be left out
    but the connection, which an argument may name instead.

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
        _key(found.get("vaultKey")),
    )


def _order(job: dict[str, Json], given: argparse.Namespace) -> SyncOrder:
    mode = job.get("mode") or ("full" if given.full else "incremental")
    if mode not in {"full", "incremental"}:
        raise UsageError(f"The job's mode {mode!r} is neither full nor incremental.")
    since = job.get("syncFrom") or given.sync_from
    return SyncOrder(
        full=mode == "full",
        sync_from=str(since) if since else None,
        fresh=job.get("fresh") is True or given.fresh,
        limit=_limit(job.get("limit", given.limit)),
        allow_http=_hosts(job.get("allowHttp")) or tuple(given.allow_http),
        dry=job.get("dryRun") is True or given.dry_run,
    )


def _limit(value: Json) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise UsageError("The limit must be a whole number from 1.")
    return value


def _hosts(value: Json) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _secrets(found: Json) -> dict[str, SecretStr] | None:
    if found is None:
        return None
    if not isinstance(found, dict):
        raise UsageError("The job's secrets are not a JSON object.")
    return typed_secrets({k: str(v) for k, v in found.items() if v is not None})


def _key(found: Json) -> SecretStr | None:
    return SecretStr(found) if isinstance(found, str) and found else None
