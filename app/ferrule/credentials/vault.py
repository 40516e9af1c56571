"""What keeps secrets, as the rest of the program sees it; and the one in memory.

A reference is (project, owner): the owner is a connection's key, a bundle, or the name
of a signing key. Secrets are `SecretStr` on both sides, and every one that passes is
told to `redaction.live`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, Protocol, Self
from urllib.parse import quote, unquote

from pydantic import SecretStr

from ferrule.auth.token import hide
from ferrule.credentials.unpicklable import Unpicklable
from ferrule.errors import KeychainUnavailable, MissingSecret, UsageError

Backend = Literal[
    "keychain", "environment", "command", "passphrase", "recovery", "memory"
]
Secrets = Mapping[str, SecretStr]
HOW_TO_KEEP: Final = (
    "Unlock or start the system's keychain; or choose a passphrase: ferrule vault "
    "passphrase; or set FERRULE_MASTER_KEY (32 random bytes in base64 or hex, or a "
    "passphrase of 20 characters or more)."
)


BUNDLE: Final = "bundle:"
"""Begins the owner of a credential that a bundle shares."""
SECOND: Final = "second:"
"""Begins the owner of a connection's other place: see `workspace.own_credentials`."""
KEYS: Final = "@keys"
"""Stands for the project of signing keys: none can have this key."""


class Ref(NamedTuple):
    """Whose secrets: an owner in a project. Its text is what a connection keeps."""

    project: str
    owner: str

    def __str__(self) -> str:
        return f"{quote(self.project, safe='')}/{quote(self.owner, safe='')}"

    @property
    def is_shared(self) -> bool:
        """Tell whether a bundle shares it."""
        return self.owner.startswith(BUNDLE)

    @property
    def name(self) -> str:
        """Return what a person calls the owner."""
        if self.is_shared:
            return f"{self.owner.removeprefix(BUNDLE)} bundle"
        return self.owner.removeprefix(SECOND)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the reference that `str` wrote.

        Raises:
            UsageError: when it is none.
        """
        project, slash, owner = text.partition("/")
        if not (project and slash and owner) or "/" in owner:
            raise UsageError(f"{text!r} is no reference to a secret.")
        return cls(unquote(project), unquote(owner))


@dataclass(frozen=True, slots=True)
class VaultState:
    """Where secrets are kept, whether they outlive the program, and that in words."""

    backend: Backend
    can_store: bool
    message: str


class Vault(Protocol):
    """A place for secrets."""

    @property
    def state(self) -> VaultState:
        """Return where secrets are kept just now."""

    def get(self, ref: Ref) -> Secrets:
        """Return all secrets of an owner by field.

        Raises:
            MissingSecret: when the owner has none.
            VaultLocked: when there are some, but no key opens them.
        """

    def put(self, ref: Ref, secrets: Secrets, *, must_store: bool = False) -> None:
        """Keep these secrets of an owner, in place of all it had.

        Raises:
            KeychainUnavailable: with `must_store`, when they would not outlive us.
            VaultLocked: when the file was sealed with another key.
        """

    def update(self, ref: Ref, change: Callable[[Secrets], Secrets]) -> Secrets:
        """Keep what `change` makes of an owner's secrets, nobody writing in between.

        It gets all of them by field, none where the owner has none. Nothing is written
        where it returns the same.

        Raises:
            VaultLocked: when there are some, but no key opens them.
        """

    def copy(self, ref: Ref, to: Ref) -> None:
        """Keep an owner's secrets for another one too, in place of all that had.

        Raises:
            MissingSecret: when the owner has none.
            VaultLocked: when there are some, but no key opens them.
        """

    def delete(self, ref: Ref) -> None:
        """Forget an owner's secrets, if it has any."""

    def refs(self) -> Sequence[Ref]:
        """Return whose secrets are kept, sorted."""


def announce(secrets: Secrets, of: str = "") -> Secrets:
    """Tell every value to the redaction before it goes anywhere; return them.

    `of` is the text of their reference: it tells whose tokens follow one another.
    """
    hide(secrets, of)
    return secrets


def missing(ref: Ref) -> MissingSecret:
    """Return the error for an owner without secrets."""
    return MissingSecret(
        f"No secret is kept for {Ref(*ref).name!r} in project {ref[0]!r}.",
        advice="Connect it again, or give the secret with --secret NAME=@env:VARIABLE.",
    )


class MemoryVault(Unpicklable):
    """Secrets of this process only, for when there is no key to seal a file with.

    `sealed` gives a secret that an earlier process sealed, or raises why it cannot.
    """

    def __init__(self, why: str, sealed: Callable[[Ref], None]) -> None:
        self._why = why
        self._sealed = sealed
        self._kept: dict[Ref, Secrets] = {}

    @property
    def state(self) -> VaultState:
        """Return that nothing outlives the program, and why."""
        return VaultState(
            "memory",
            can_store=False,
            message=f"Secrets are kept until Ferrule ends: {self._why}",
        )

    def get(self, ref: Ref) -> Secrets:
        """Return all secrets of an owner by field.

        Raises:
            MissingSecret: when the owner has none.
            VaultLocked: when an earlier process sealed some that cannot be opened.
        """
        found = self._kept.get(Ref(*ref))
        if found is None:
            self._sealed(Ref(*ref))
            raise missing(ref)
        return announce(found, str(Ref(*ref)))

    def put(self, ref: Ref, secrets: Secrets, *, must_store: bool = False) -> None:
        """Keep these secrets of an owner, in place of all it had.

        Raises:
            KeychainUnavailable: with `must_store`: they would not outlive us.
        """
        announce(secrets, str(Ref(*ref)))
        if must_store:
            raise KeychainUnavailable(
                f"The secret cannot be kept: {self._why}",
                advice=HOW_TO_KEEP,
            )
        self._kept[Ref(*ref)] = dict(secrets)

    def update(self, ref: Ref, change: Callable[[Secrets], Secrets]) -> Secrets:
        """Keep what `change` makes of an owner's secrets."""
        self._sealed(Ref(*ref))
        owner = Ref(*ref)
        changed = announce(change(self._kept.get(owner, {})), str(owner))
        self._kept.pop(Ref(*ref), None)
        if changed:
            self._kept[Ref(*ref)] = dict(changed)
        return changed

    def copy(self, ref: Ref, to: Ref) -> None:
        """Keep an owner's secrets for another one too, in place of all that had.

        Raises:
            MissingSecret: when the owner has none.
            VaultLocked: when an earlier process sealed some that cannot be opened.
        """
        kept = self.get(ref)
        self._sealed(Ref(*to))
        self._kept[Ref(*to)] = dict(kept)

    def delete(self, ref: Ref) -> None:
        """Forget an owner's secrets, if it has any.

        Raises:
            VaultLocked: when an earlier process sealed some that cannot be opened.
        """
        self._sealed(Ref(*ref))
        self._kept.pop(Ref(*ref), None)

    def refs(self) -> Sequence[Ref]:
        """Return whose secrets are kept, sorted."""
        return sorted(self._kept)

    def clear(self) -> None:
        """Forget everybody's secrets: they are kept elsewhere now."""
        self._kept = {}
