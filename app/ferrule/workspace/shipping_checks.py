"""Checking what is to be shipped: in sections, and against the bundle before.

With fixtures, what looks like a person's in them is looked for too. It can be stopped
between two fixtures.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ferrule.descriptor.model import Connector
from ferrule.errors import FerruleError
from ferrule.workspace.bundle_changes import (
    BundleChange,
    change_findings,
    changed_since,
    first_findings,
    last_bundle,
    unreadable,
)
from ferrule.workspace.fixtures.playing import replay
from ferrule.workspace.migrating import migration_findings
from ferrule.workspace.provider_folders import (
    Replay,
    bundle_id_of,
    check_provider,
    people_in,
    permissions_of,
)
from ferrule.workspace.shipping_facts import Finding
from ferrule.workspace.workspace import Workspace

# Is told how many fixtures ran; it may raise to stop the check.
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class CheckedBundle:
    """What a check found; `change` is None without a bundle before, or unread."""

    findings: tuple[Finding, ...]
    change: BundleChange | None = None


def check_bundle(
    workspace: Workspace,
    folder: Mapping[str, bytes],
    connector_ids: Collection[str],
    *,
    against: Path | None = None,
    with_fixtures: bool = False,
) -> list[Finding]:
    """Return what stands between these connectors and a signature, in sections.

    They are compared with the bundle before: `against`, else the last that was
    exported here. With fixtures, people in them are looked for.
    """
    found = checked_bundle(
        workspace, folder, connector_ids, against=against, with_fixtures=with_fixtures
    )
    return list(found.findings)


def checked_bundle(
    workspace: Workspace,
    folder: Mapping[str, bytes],
    connector_ids: Collection[str],
    *,
    against: Path | None = None,
    with_fixtures: bool = False,
    progress: Progress | None = None,
) -> CheckedBundle:
    """Return what `check_bundle` does, with how each connector changed."""
    found = check_provider(folder, connector_ids, _replay(progress))
    found += migration_findings(folder, connector_ids)
    if with_fixtures:
        found += people_in(folder, connector_ids)
    if any(one.section == "schema" and one.ok is False for one in found):
        return CheckedBundle(tuple(found))
    told, change = _compared(workspace, folder, connector_ids, against)
    return CheckedBundle((*found, *told), change)


def _replay(progress: Progress | None) -> Replay:
    if progress is None:
        return replay
    return partial(_counted, progress, [0])


def _counted(
    progress: Progress,
    count: list[int],
    connector: Connector,
    fixture: Mapping[str, Any],
) -> list[str]:
    progress(count[0])
    count[0] += 1
    return replay(connector, fixture)


def _compared(
    workspace: Workspace,
    folder: Mapping[str, bytes],
    connector_ids: Collection[str],
    against: Path | None,
) -> tuple[list[Finding], BundleChange | None]:
    asked = permissions_of(folder, connector_ids)
    before = against or last_bundle(workspace, bundle_id_of(folder))
    if against is None and not before.exists():
        return first_findings(asked), None
    try:
        change = changed_since(folder, connector_ids, asked, before)
    except FerruleError as error:
        return [unreadable(before, error)], None
    return change_findings(change), change
