"""A shared credential, for a connection that is tried before it is stored.

It is what the connection would fall through to, renewed where it is kept; its secrets
are read only once the person agreed to every host that they would go to.
"""

from collections.abc import Collection, Mapping

from ferrule.auth import Secrets
from ferrule.credentials.succession import current
from ferrule.credentials.tokens import TokenKeeper
from ferrule.descriptor.model import Connector
from ferrule.errors import HostsGrew
from ferrule.exchange import Json
from ferrule.workspace.host_sets import asked_hosts, beyond
from ferrule.workspace.scopes import Shared, nothing_shared, shared_for
from ferrule.workspace.workspace import Workspace


def borrowed(
    workspace: Workspace,
    connector: Connector,
    config: Mapping[str, Json],
    confirmed: Collection[str] = (),
) -> tuple[Secrets, TokenKeeper]:
    """Return the secrets that a new connection would use, and who renews its tokens.

    `connector` has the sign-in that was chosen; `confirmed` are hosts that the person
    agreed to beyond those that the credential may go to.

    Raises:
        NotFound: when none is shared that fits.
        HostsGrew: for a host that nobody agreed to.
        FerruleError: when the vault does not open.
    """
    shared = shared_for(workspace, connector, connector.sign_in_name(None))
    if shared is None:
        raise nothing_shared(connector)
    _refuse_others(shared, asked_hosts(connector, config), confirmed)
    keeper = TokenKeeper(
        lambda: workspace.vault, shared.owner, workspace.home.path, clock=None
    )
    return current(workspace.vault.get(shared.owner)), keeper


def _refuse_others(
    shared: Shared, asked: Collection[str], confirmed: Collection[str]
) -> None:
    others = beyond(asked, (*shared.hosts, *confirmed))
    if others:
        raise HostsGrew(
            f"What is {shared.title} was not given for {', '.join(others)}. "
            "Nothing is sent.",
            advice="Confirm that it may go there, or give the connection its own.",
            hosts=others,
        )
