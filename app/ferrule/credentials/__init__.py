"""Credentials: secrets kept in one sealed file, its key in the system's keychain.

The only package that knows cryptography's ciphers for secrets and keyring. Names are
loaded when they are first asked for (PEP 562), so that importing it costs nothing.
"""

import importlib

_HOMES = {
    "vault": ("Backend", "MemoryVault", "Ref", "Secrets", "Vault", "VaultState"),
    "sealed_vault": ("SealedVault",),
    "keychain": ("Keychain",),
    "master_key": (
        "ask_passphrase_by",
        "forget_master_key",
        "take_handed_key",
        "take_master_key",
    ),
    "home_vault": ("HomeVault",),
    "key_rotation": ("Rotated",),
    "opening": ("open_vault",),
    "vault_status": ("Trouble", "VaultStatus"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
