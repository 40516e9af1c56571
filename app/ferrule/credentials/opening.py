"""The vault of a data directory."""

from pathlib import Path

from ferrule.credentials.home_vault import HomeVault
from ferrule.credentials.keychain import Keychain


def open_vault(data_dir: Path, keychain: Keychain | None = None) -> HomeVault:
    """Return the vault of a data directory; nothing is created before a secret is kept.

    The first call in a process asks the keychain, which may take five seconds: not for
    the window's own thread.
    """
    return HomeVault(data_dir, keychain)
