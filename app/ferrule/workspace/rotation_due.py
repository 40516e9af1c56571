"""Whether a connection's secrets are to be rotated: by each policy those it is about.

A connector may have two: of its sign-in, and of the secret that its calls are signed by
(seed 000, section 5: 90 days). What is to be done first is what is told.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from ferrule.credentials import succession
from ferrule.credentials.succession import Due
from ferrule.descriptor.model import Connector
from ferrule.descriptor.signing import asked_fields, signing_fields, signing_of

_ORDER: Final = ("due", "soon", "unknown", "fine")


def due_of(
    connector: Connector,
    kept: Collection[str],
    kept_at: Mapping[str, str],
    now: datetime,
) -> Due | None:
    """Return what is to be rotated first; None without a policy, or a secret.

    `kept` are the fields that are there, `kept_at` when each got its value.
    """
    found = []
    for policy, names in _policies(connector):
        if policy and names & set(kept):  # a public client has nothing to be rotated
            since = succession.oldest(kept_at, names)
            found.append(succession.due(policy, since, now))
    told = [one for one in found if one is not None]
    return min(told, key=lambda one: _ORDER.index(one.standing), default=None)


def _policies(connector: Connector) -> list[tuple[str | None, frozenset[str]]]:
    """Return the policies, each with the secret fields that it is about."""
    calls = {one.key for one in signing_fields(connector)}
    secret = {one.key for one in asked_fields(connector) if one.secret}
    sign_in = getattr(connector.sign_in, "config", None)
    signing = signing_of(connector)
    return [
        (getattr(sign_in, "rotate_after", None), frozenset(secret - calls)),
        (signing.rotate_after if signing else None, frozenset(secret & calls)),
    ]
