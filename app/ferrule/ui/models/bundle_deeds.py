"""What is read of a bundle's connectors and done to them from its card.

Everything here blocks, and imports what it needs when it is first called.
"""

from typing import Final, NamedTuple

from ferrule.errors import FerruleError
from ferrule.ui.i18n import Data
from ferrule.ui.models.card_entries import BundleEntry
from ferrule.workspace.switched import Switched
from ferrule.workspace.workspace import Workspace

_LISTED: Final = 3


class SharedFacts(NamedTuple):
    """The credential that a bundle's connectors share; without a `title` there is none.

    `users` are the connectors with a connection that uses it, `would` those that would
    use it once they are connected, `own` those with a connection that has its own.
    """

    provider: str
    title: str = ""
    users: frozenset[str] = frozenset()
    would: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()


def read_shared(workspace: Workspace, bundle: BundleEntry) -> SharedFacts:
    """Return what credential the connectors of a bundle share.

    Raises:
        FerruleError: when the database cannot be read.
    """
    # It reads the models, as all below: the catalogue paints before.
    from ferrule.workspace import scopes  # noqa: PLC0415  see above

    provider = bundle.card.provider
    if not workspace.home.database.exists():
        return SharedFacts(provider)
    found = scopes.shared_credentials(workspace)
    mine = [one for one in found if one.provider == provider]
    if not mine:
        return SharedFacts(provider)
    here = workspace.project.key
    using = {use.key for one in mine for use in one.uses if use.project == here}
    members = {one.card.id for one in bundle.members}
    connections = [
        one for one in workspace.connections.list(here) if one.connector_id in members
    ]
    bare = members - {one.connector_id for one in connections}
    return SharedFacts(
        provider,
        mine[0].bundle,
        frozenset(one.connector_id for one in connections if one.key in using),
        frozenset(name for name in bare if _falls(workspace, name)),
        frozenset(one.connector_id for one in connections if one.credential_ref),
    )


def switch(workspace: Workspace, connector_id: str, *, on: bool) -> Switched:
    """Switch one connector on or off.

    Raises:
        FerruleError: when it cannot be used, or that cannot be kept.
    """
    from ferrule.workspace import switching  # noqa: PLC0415  see above

    return switching.switch(workspace, [connector_id], on=on)


def switch_all(workspace: Workspace, provider: str, *, on: bool) -> Switched:
    """Switch all connectors of a provider on or off, but for those that are left out.

    Raises:
        FerruleError: when that cannot be kept.
    """
    from ferrule.workspace import switching  # noqa: PLC0415  see above

    return switching.switch_all(workspace, provider, on=on)


def take_back(workspace: Workspace, was: Switched) -> Switched:
    """Switch back what was switched.

    Raises:
        FerruleError: when that cannot be kept.
    """
    from ferrule.workspace import switching  # noqa: PLC0415  see above

    return switching.take_back(workspace, was)


def told(was: Switched, bundle: str, name: str = "") -> tuple[str, str]:
    """Return in words what was switched: how many of a bundle, or the one of a name."""
    done = "Enabled" if was.on else "Disabled"
    if name:
        return f"{done} {Data(name)}.", ""
    count = len(was.connectors)
    noun = "connector" if count == 1 else "connectors"
    what = f"{done} {count:,} {noun} of {Data(bundle)}."
    if not count and not was.left:
        what = f"Nothing to change: all of {Data(bundle)} stays as it is."
    return what, _left_out(was)


def _left_out(was: Switched) -> str:
    """Return which connectors were left out and why, empty for none."""
    if not was.left:
        return ""
    some = "; ".join(f"{one.name}: {one.why}" for one in was.left[:_LISTED])
    rest = len(was.left) - _LISTED
    more = f"; and {rest:,} more" if rest > 0 else ""
    return f"Left out: {Data(some + more)}."


def _falls(workspace: Workspace, connector_id: str) -> bool:
    from ferrule.workspace import scopes  # noqa: PLC0415  see above

    try:
        connector = workspace.registry.get_descriptor(connector_id)
        return scopes.shared_for(workspace, connector) is not None
    except FerruleError:  # its card says what is wrong with it
        return False
