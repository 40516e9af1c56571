"""What verifying, installing and trusting work with, off the window's thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ferrule.ui.tasks import in_thread
from ferrule.workspace.import_facts import ImportedBundle, Offer
from ferrule.workspace.shipping_facts import Verification
from ferrule.workspace.trust_facts import TrustChange, TrustFacts
from ferrule.workspace.verified_bundles import VerifiedFile
from ferrule.workspace.workspace import Workspace

if TYPE_CHECKING:  # it brings cryptography
    from ferrule.workspace.bundle_reading import BundledFile


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A public key file that a person chose."""

    path: Path
    pem: bytes
    key_id: str
    fingerprint: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeenBundle:
    """A file that was verified, against what is installed in the version `installed`.

    `recent` is what was verified last, this file first.
    """

    offer: Offer
    installed: str
    recent: tuple[VerifiedFile, ...]

    @property
    def found(self) -> Verification:
        """Return the thirteen steps."""
        return self.offer.verification


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be installed: which connectors are enabled, and why an older one."""

    path: Path
    digest: str
    on: tuple[str, ...]
    off: tuple[str, ...] = ()
    reason: str = ""


class VerifyingDesk:
    """The work of verifying; every method waits off the window's thread."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def recent(self) -> tuple[VerifiedFile, ...]:
        """Return what was verified last."""
        return await in_thread(partial(_recent, self._workspace))

    async def forget(self, path: str) -> tuple[VerifiedFile, ...]:
        """Take a file off that list."""
        return await in_thread(partial(_forget, self._workspace, path))

    async def verify(self, path: Path) -> SeenBundle:
        """Verify a file against whom the project trusts."""
        return await in_thread(partial(_verify, self._workspace, path))

    async def files(self, path: Path) -> "tuple[BundledFile, ...]":
        """Return the files of a bundle as text."""
        return await in_thread(partial(_files, path))

    async def install(self, choice: Choice) -> ImportedBundle:
        """Take a bundle in."""
        return await in_thread(partial(_install, self._workspace, choice))

    async def read_key(self, path: Path) -> KeyFile:
        """Read a public key file."""
        return await in_thread(partial(_read_key, path))

    async def trust(
        self, pem: bytes, patterns: Sequence[str], label: str
    ) -> TrustChange:
        """Trust a key for these connectors."""
        work = partial(_trust, self._workspace, pem, tuple(patterns), label)
        return await in_thread(work)


class TrustDesk:
    """The work of the trust list; every method waits off the window's thread."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def facts(self) -> TrustFacts:
        """Return the project's list."""
        return await in_thread(partial(_facts, self._workspace))

    async def facts_of(self, path: Path) -> TrustFacts:
        """Return what stands in a list from elsewhere."""
        return await in_thread(partial(_facts_of, self._workspace, path))

    async def accept(self, path: Path | None, *, anew: bool) -> None:
        """Take a list in whose root was compared."""
        await in_thread(partial(_accept, self._workspace, path, anew=anew))

    async def change(self, verb: str, key_id: str = "") -> TrustChange:
        """Do one of "revoke", "untrust" (a key) and "renew" (the list)."""
        return await in_thread(partial(_change, self._workspace, verb, key_id))

    async def cosign(self, path: Path, key_name: str) -> TrustChange:
        """Sign a list that waits with one more key; it is taken once it is whole."""
        return await in_thread(partial(_cosign, self._workspace, path, key_name))


def _recent(workspace: Workspace) -> tuple[VerifiedFile, ...]:
    from ferrule.workspace.verified_bundles import (  # noqa: PLC0415 - one way of doing it
        recent,
    )

    return recent(workspace)


def _forget(workspace: Workspace, path: str) -> tuple[VerifiedFile, ...]:
    from ferrule.workspace.verified_bundles import forget  # noqa: PLC0415 - as above

    return forget(workspace, path)


def _verify(workspace: Workspace, path: Path) -> SeenBundle:
    from ferrule.workspace import importing  # noqa: PLC0415 - brings cryptography
    from ferrule.workspace.verified_bundles import remember  # noqa: PLC0415 - as above

    offer = importing.look_at(workspace, path)
    facts = offer.facts
    there = importing.imported(workspace) if facts else []
    same = (one.version for one in there if facts and one.bundle_id == facts.bundle_id)
    seen = remember(workspace, offer.verification)
    return SeenBundle(offer, next(same, ""), seen)


def _files(path: Path) -> "tuple[BundledFile, ...]":
    from ferrule.workspace.bundle_reading import (  # noqa: PLC0415 - brings cryptography
        bundled_files,
    )

    return bundled_files(path)


def _install(workspace: Workspace, choice: Choice) -> ImportedBundle:
    from ferrule.workspace import importing  # noqa: PLC0415 - brings cryptography

    why = importing.Override(choice.reason, "the window") if choice.reason else None
    made = importing.take_in(
        workspace,
        choice.path,
        enable=choice.on,
        allow_older=why,
        expected=choice.digest,
    )
    if choice.off:
        turned = importing.disable(workspace, choice.off)
        made = next((b for b in turned if b.bundle_id == made.bundle_id), made)
    return made


def _read_key(path: Path) -> KeyFile:
    from ferrule.workspace import shipping  # noqa: PLC0415 - brings cryptography

    pem = shipping.read_key_file(path)
    key_id, fingerprint = shipping.fingerprint_of(pem)
    return KeyFile(path, pem, key_id, fingerprint, shipping.words_of(key_id))


def _trust(
    workspace: Workspace, pem: bytes, patterns: tuple[str, ...], label: str
) -> TrustChange:
    from ferrule.workspace import shipping  # noqa: PLC0415 - brings cryptography

    made = shipping.trust_key(workspace, pem, patterns, label)
    return TrustChange(made.path, made.missing)


def _facts(workspace: Workspace) -> TrustFacts:
    from ferrule.workspace.trust_view import (  # noqa: PLC0415 - brings cryptography
        trust_facts,
    )

    return trust_facts(workspace)


def _facts_of(workspace: Workspace, path: Path) -> TrustFacts:
    from ferrule.workspace.trust_view import file_facts  # noqa: PLC0415 - as above

    return file_facts(workspace, path)


def _accept(workspace: Workspace, path: Path | None, *, anew: bool) -> None:
    from ferrule.workspace import trusting  # noqa: PLC0415 - brings cryptography

    trusting.accept(workspace, path, anew=anew)


def _change(workspace: Workspace, verb: str, key_id: str) -> TrustChange:
    from ferrule.workspace import trusting  # noqa: PLC0415 - brings cryptography

    if verb == "renew":
        made = trusting.renew(workspace)
    elif verb == "revoke":
        made = trusting.revoke(workspace, key_id)
    else:
        made = trusting.untrust(workspace, key_id)
    return TrustChange(made.path, made.missing)


def _cosign(workspace: Workspace, path: Path, key_name: str) -> TrustChange:
    from ferrule.workspace import trusting  # noqa: PLC0415 - brings cryptography

    made = trusting.cosign(workspace, path, key_name)
    return TrustChange(made.path, made.missing)
