"""Which keys are meant: by a name that a person gave, or as a trust list's root."""

from typing import Final

from ferrule.bundle import SigningKey, Trust, TrustedKey
from ferrule.errors import NotFound
from ferrule.workspace.signing_keys import (
    ROOT,
    kept_signing_keys,
    new_key,
    signing_key,
)
from ferrule.workspace.workspace import Workspace

_SHORTEST: Final = 8  # hex digits of an id that name a key


def root_keys(workspace: Workspace, *lists: Trust) -> list[SigningKey]:
    """Return the kept keys that may change one of these lists.

    Raises:
        NotFound: when none of them is in the vault.
    """
    wanted = {key_id for one in lists if one.root for key_id in one.root.keyids}
    found = [k for k in kept_signing_keys(workspace) if k.public.id in wanted]
    if not found:
        raise NotFound(
            "None of the keys that may change the trust list is in this vault.",
            advice="Ask who keeps the list to change it.",
        )
    return found


def own_root_key(workspace: Workspace) -> str:
    """Return the name of the key that begins the project's list, made where it lacks.

    Raises:
        KeychainUnavailable: when nothing keeps a key.
    """
    name = f"{ROOT}{workspace.project.key}"[:64]
    try:
        signing_key(workspace, name)
    except NotFound:
        new_key(workspace, name)
    return name


def named_key(trust: Trust, name: str) -> TrustedKey:
    """Return the key of that id, beginning of an id or fingerprint, or label.

    Raises:
        NotFound: when the list has none of them, or several.
    """
    plain = name.replace(" ", "").removeprefix("sha256:")
    by_label = [one for one in trust.keys if one.label == name]
    by_id = [
        one
        for one in trust.keys
        if len(plain) >= _SHORTEST and one.key.id[7:].startswith(plain)
    ]
    found = by_label or by_id
    if len(found) == 1:
        return found[0]
    known = "; ".join(f"{one} ({one.key.fingerprint[:9]})" for one in trust.keys)
    raise NotFound(
        f"The trust list has {'several keys' if found else 'no key'} “{name}”.",
        advice=f"It has: {known or 'none'}.",
    )
