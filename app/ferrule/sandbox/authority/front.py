"""What the sandbox knows of its authorization server before anybody asks for it.

The server itself is made on first use: Authlib would be half of the sandbox's start.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Protocol, cast

import msgspec

from ferrule.clock import Clock
from ferrule.errors import UsageError
from ferrule.sandbox.answer import Answer, Asked


class Duties(msgspec.Struct, forbid_unknown_fields=True):
    """What the control endpoint can tell the authorization server.

    `misbehave` replaces what goes wrong everywhere; `lifetime` is that of the next
    access tokens, in seconds; `expire` ends all access tokens, `revoke` every approval;
    `key` registers the public key (PEM) of the demo client, `redirects` more of its
    redirect addresses, loopback ones without a port.
    """

    misbehave: list[str] | msgspec.UnsetType = msgspec.UNSET
    lifetime: Annotated[int, msgspec.Meta(ge=1)] | msgspec.UnsetType = msgspec.UNSET
    expire: bool = False
    revoke: bool = False
    key: str | msgspec.UnsetType = msgspec.UNSET
    redirects: list[str] = []


def known_ones(names: Sequence[str]) -> list[str]:
    """Return names of misbehaviours.

    Raises:
        UsageError: when there is none of that name.
    """
    known = import_module("ferrule.sandbox.authority.misbehaviour").KNOWN
    for name in names:
        if name not in known:
            raise UsageError(
                f"The sandbox has no misbehaviour {name!r}.",
                advice="It has: " + ", ".join(known) + ".",
            )
    return list(names)


class Desk(Protocol):
    """The authorization server, as the sandbox uses it."""

    def answer(self, asked: Asked) -> Answer | None:
        """Return what is said at an address of this server, None at any other."""

    def admit(self, asked: Asked, path: str) -> tuple[Asked, str]:
        """Return a protected request without its credential, and whose it is."""

    def obey(self, duties: Duties) -> None:
        """Do what the control endpoint says."""

    def behave(self) -> None:
        """Let nothing go wrong any more."""

    def standing(self) -> dict[str, object]:
        """Return the counts, and what goes wrong everywhere."""

    def index(self, origin: str) -> dict[str, object]:
        """Return what the index of the service says about this server."""


def is_asked(path: str) -> bool:
    """Tell whether an address may be one of the authorization server's."""
    return path.startswith(("/oauth", "/.well-known/"))


def made(clock: Clock) -> Desk:
    """Return the authorization server."""
    module = import_module("ferrule.sandbox.authority.desk")
    return cast("Desk", module.Authority(clock))
