"""Who a connection was signed in as, when a check last heard it from the service.

It stands among the kept answers of checks. A later credential may be another person's:
whoever shows it compares the time with that of the credential.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from ferrule.workspace.check_steps import CheckStep, identity_in
from ferrule.workspace.workspace import Workspace

_BEGINS: Final = "signed in as "


class KnownIdentity(msgspec.Struct, frozen=True):
    """Who was signed in, and when a check said so (RFC 3339)."""

    name: str
    at: str


def signed_in_words(steps: Sequence[CheckStep]) -> str:
    """Return what is kept of a good check: who is signed in; empty for nobody."""
    name = identity_in(steps)
    return f"{_BEGINS}{name}" if name else ""


def last_identity(workspace: Workspace, key: str) -> KnownIdentity | None:
    """Return who the latest check that was told found to be signed in; blocks.

    None where none was, or where a later one found something wrong.
    """
    for check in workspace.connections.health_checks(workspace.project.key, key):
        if not check.healthy:
            return None
        if check.message.startswith(_BEGINS):
            return KnownIdentity(check.message.removeprefix(_BEGINS), check.at)
    return None
