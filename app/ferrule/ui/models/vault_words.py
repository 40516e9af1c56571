"""How the vault is, in the word and icon of the status bar, and where a press leads.

A word is true while it stands there: what opens the vault is named only while it is
open, and a locked one is called that whatever could open it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple, Protocol

Place = Literal["credentials", "settings"]


class VaultFacts(Protocol):
    """What is read of a `VaultStatus`; its module would delay the first paint."""

    @property
    def standing(self) -> str:
        """Return how it is: unlocked, locked, empty, memory or broken."""

    @property
    def backend(self) -> str:
        """Return what kind of key opens it."""

    @property
    def source(self) -> str:
        """Return where that key is, in words."""

    @property
    def path(self) -> Path:
        """Return where the file is."""

    @property
    def secrets(self) -> int | None:
        """Return how many there are, None where that cannot be told."""

    @property
    def ways(self) -> Sequence[str]:
        """Return the kinds of keys that open the file."""


class VaultWords(NamedTuple):
    """A word with its icon and the icon's colour; `place` is the page to go to."""

    word: str
    icon: str
    ink: str
    tip: str
    place: Place


_OPEN: Final = {
    "keychain": ("Keychain", "lock-open"),
    "environment": ("Master key", "lock-open"),
    "command": ("Key from a command", "lock-open"),
    "passphrase": ("Vault unlocked", "lock-open"),
    "recovery": ("Opened by the recovery key", "life-buoy"),
}
_OTHER: Final = {
    "locked": ("Vault locked", "lock", "warning"),
    "memory": ("Secrets in memory only", "triangle-alert", "warning"),
    "broken": ("Vault damaged", "circle-x", "danger"),
}
_TIPS: Final = {
    "locked": "No secret can be read or kept. Press to unlock it.",
    "memory": "Secrets are lost when Ferrule ends. Press to choose what keeps them.",
    "broken": "Press to see what is wrong and what to do.",
}


def words_of(vault: VaultFacts) -> VaultWords:
    """Return the words for a vault that something asked for."""
    other = _OTHER.get(vault.standing)
    if other is not None:
        return VaultWords(*other, _TIPS[vault.standing], "credentials")
    word, icon = _OPEN[vault.backend]
    ink = "warning" if vault.backend == "recovery" else "muted"
    return VaultWords(word, icon, ink, kept_by(vault), "settings")


def kept_by(vault: VaultFacts) -> str:
    """Return where secrets are and what opens that, as a sentence."""
    if vault.standing == "memory":
        return "Nothing keeps secrets: they are lost when Ferrule ends."
    if vault.standing == "empty":
        return f"Secrets will be sealed in {vault.path}, opened by {vault.source}."
    count = "Secrets are" if vault.secrets is None else f"{vault.secrets} secrets are"
    count = "1 secret is" if vault.secrets == 1 else count
    if vault.standing == "unlocked":
        return f"{count} sealed in {vault.path}, opened by {vault.source}."
    return f"{count} sealed in {vault.path}."


def unasked(*, has_file: bool) -> VaultWords:
    """Return the words while nothing asked for a secret: the keychain is left alone."""
    if has_file:
        tip = "Nothing needed a secret so far. Press to look at the credentials."
        return VaultWords("Vault not opened", "lock", "muted", tip, "credentials")
    tip = "No secret is kept in this data directory."
    return VaultWords("No secrets yet", "lock", "muted", tip, "credentials")


def lockable(vault: VaultFacts, *, every: bool) -> bool:
    """Tell whether it locks by itself: with `every`, whatever opens it."""
    if vault.standing != "unlocked":
        return False
    return every or vault.backend in {"passphrase", "recovery"}
