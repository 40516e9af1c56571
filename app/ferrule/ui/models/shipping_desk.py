"""What the Bundles page works with: providers, checks, keys, signing, verifying.

Cryptography is imported when one of these is first used, off the window's thread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from ferrule.ui.tasks import in_thread
from ferrule.workspace.fixtures.lines import HEALTH, LedgerLine
from ferrule.workspace.shipping_facts import (
    SECTIONS,
    Finding,
    KeptKey,
    ProviderFolder,
    Section,
    ShippedBundle,
    Signer,
    Verification,
)
from ferrule.workspace.workspace import Workspace

_TITLES: Final[dict[Section, str]] = {
    "schema": "Schema",
    "lint": "Lint",
    "fixtures": "Tests",
    "secrets": "Secrets",
    "people": "People in fixtures",
    "changes": "Changes",
    "permissions": "Permissions",
}


@dataclass(frozen=True, slots=True)
class Overview:
    """What there is to begin with: providers, keys, and where keys are kept."""

    folders: tuple[ProviderFolder, ...]
    keys: tuple[KeptKey, ...]
    signers: tuple[Signer, ...]
    can_store: bool
    vault: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One section of a check: a sentence, and what is wrong or to be known."""

    section: Section
    title: str
    ok: bool | None
    caption: str
    details: tuple[Finding, ...] = ()

    @property
    def shape(self) -> str:
        """Return the name of the shape that goes with it."""
        return {True: "ok", False: "error", None: "warning"}[self.ok]


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A public key file that a person chose."""

    path: Path
    pem: bytes
    key_id: str
    fingerprint: str


class ShippingDesk:
    """The work of the page; every method waits off the window's thread."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def overview(self) -> Overview:
        """Return what there is to begin with."""
        return await in_thread(partial(_overview, self._workspace))

    async def check(self, folder: Path, ids: Sequence[str]) -> list[CheckLine]:
        """Check these connectors of a folder."""
        return await in_thread(partial(_check, self._workspace, folder, tuple(ids)))

    async def new_key(self, name: str) -> KeptKey:
        """Make a key."""
        return await in_thread(partial(_new_key, self._workspace, name))

    async def export_key(self, name: str, out: Path) -> None:
        """Write the public half of a key to a file."""
        await in_thread(partial(_export_key, self._workspace, name, out))

    async def sign(
        self, folder: Path, ids: Sequence[str], key: str, days: int, out: Path
    ) -> ShippedBundle:
        """Sign these connectors into a file."""
        work = partial(_sign, self._workspace, folder, tuple(ids), key)
        return await in_thread(partial(work, days=days, out=out))

    async def verify(self, path: Path) -> Verification:
        """Verify a file against whom the project trusts."""
        return await in_thread(partial(_verify, self._workspace, path))

    async def read_key(self, path: Path) -> KeyFile:
        """Read a public key file."""
        return await in_thread(partial(_read_key, path))

    async def trust(self, pem: bytes, patterns: Sequence[str], label: str) -> None:
        """Trust a key for these connectors."""
        await in_thread(partial(_trust, self._workspace, pem, tuple(patterns), label))


def summed(
    findings: Sequence[Finding], ledger: Mapping[str, Sequence[LedgerLine]]
) -> list[CheckLine]:
    """Return one line for each section of a check; the ledger is that of its tests."""
    lines = []
    for section in SECTIONS:
        found = [one for one in findings if one.section == section]
        if not found and section == "people":  # looked for with fixtures only
            continue
        tests = section == "fixtures" and found
        lines.append(_tests(found, ledger) if tests else _line(section, found))
    return lines


def _line(section: Section, found: Sequence[Finding]) -> CheckLine:
    title = _TITLES[section]
    if not found:
        return CheckLine(section, title, None, "Not reached")
    wrong = [one for one in found if one.ok is False]
    notes = [one for one in found if one.ok is None]
    ok = False if wrong else None if notes else True
    if wrong or notes:
        told = _problems(len(wrong)) if wrong else _notes(len(notes))
    else:
        told = found[0].message
    return CheckLine(section, title, ok, told, (*wrong, *notes))


def _tests(
    found: Sequence[Finding], ledger: Mapping[str, Sequence[LedgerLine]]
) -> CheckLine:
    """Return the tests of every stream that would be signed, with their hashes."""
    lines = [line for one in ledger.values() for line in one]
    several = len(ledger) > 1
    wrong = [one for one in found if one.ok is False]
    streams = [
        Finding("fixtures", _ledger_ok(line), _ledger_words(line, name * several))
        for name, one in ledger.items()
        for line in one
    ]
    states = {one.ok for one in (*wrong, *streams)}
    ok = False if False in states else None if None in states or not lines else True
    details = (*wrong, *streams)
    return CheckLine("fixtures", _TITLES["fixtures"], ok, _passed(lines), details)


def _passed(lines: Sequence[LedgerLine]) -> str:
    """Return how many tests passed, and how many streams have none."""
    passed, total = sum(one.passed for one in lines), sum(one.total for one in lines)
    told = f"{passed} of {total} passed, offline" if total else "No tests"
    bare = sum(one.untested for one in lines if one.stream != HEALTH)
    if not bare:
        return told
    many = f"{bare} stream without" if bare == 1 else f"{bare} streams without"
    return f"{told}; {many}"


def _problems(count: int) -> str:
    return f"{count} problem" if count == 1 else f"{count} problems"


def _notes(count: int) -> str:
    return f"{count} note" if count == 1 else f"{count} notes"


def _ledger_ok(line: LedgerLine) -> bool | None:
    return None if line.untested else line.ok


def _ledger_words(line: LedgerLine, connector: str) -> str:
    named = f"{connector} {line.title}".strip()
    part = f"descriptor {line.part[:8]}"
    if line.untested:
        return f"{named}: no test, {part}"
    return f"{named}: {line.passed} of {line.total}, {part}"


def _overview(workspace: Workspace) -> Overview:
    from ferrule.workspace import shipping  # noqa: PLC0415 - brings cryptography

    state = workspace.vault.state
    return Overview(
        folders=tuple(shipping.provider_folders(workspace)),
        keys=tuple(shipping.list_keys(workspace)),
        signers=tuple(shipping.signers(workspace)),
        can_store=state.can_store,
        vault=state.message,
    )


def _check(workspace: Workspace, folder: Path, ids: tuple[str, ...]) -> list[CheckLine]:
    from ferrule.workspace import shipping  # noqa: PLC0415 - brings cryptography
    from ferrule.workspace.fixtures.ledger import (  # noqa: PLC0415 - reads descriptors
        run_folder,
    )

    findings = shipping.check_bundle(workspace, shipping.read_folder(folder), ids)
    return summed(findings, run_folder(workspace, folder, ids))


def _new_key(workspace: Workspace, name: str) -> KeptKey:
    from ferrule.workspace import shipping  # noqa: PLC0415 - brings cryptography

    return shipping.new_key(workspace, name)


def _export_key(workspace: Workspace, name: str, out: Path) -> None:
    from ferrule.workspace import shipping  # noqa: PLC0415 - brings cryptography
    from ferrule.workspace.home import write_whole  # noqa: PLC0415 - beside the above

    write_whole(out, shipping.export_key(workspace, name), 0o644)


def _sign(
    workspace: Workspace,
    folder: Path,
    ids: tuple[str, ...],
    key: str,
    *,
    days: int,
    out: Path,
) -> ShippedBundle:
    from ferrule.workspace import shipping  # noqa: PLC0415 - brings cryptography

    files = shipping.read_folder(folder)
    return shipping.sign_bundle(workspace, files, ids, [key], out, valid_days=days)


def _verify(workspace: Workspace, path: Path) -> Verification:
    from ferrule.workspace import shipping  # noqa: PLC0415 - brings cryptography

    return shipping.verify_file(path, shipping.trusted(workspace))


def _read_key(path: Path) -> KeyFile:
    from ferrule.workspace import shipping  # noqa: PLC0415 - brings cryptography

    pem = shipping.read_key_file(path)
    key_id, fingerprint = shipping.fingerprint_of(pem)
    return KeyFile(path, pem, key_id, fingerprint)


def _trust(
    workspace: Workspace, pem: bytes, patterns: tuple[str, ...], label: str
) -> None:
    from ferrule.workspace import shipping  # noqa: PLC0415 - brings cryptography

    shipping.trust_key(workspace, pem, patterns, label)
