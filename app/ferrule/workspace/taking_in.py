"""Taking a signed bundle in: verified, written, recorded, and then installed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from ferrule.bundle import Bundle, Trust, inspect, open_bundle
from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.descriptor.bundle_manifest import read_manifest
from ferrule.errors import Rollback, UsageError
from ferrule.store import AcceptedVersion, ImportEvent
from ferrule.workspace.catalogue import printable
from ferrule.workspace.import_facts import ImportedBundle, Override
from ferrule.workspace.import_files import digests_of, kept_files, sweep, write_files
from ferrule.workspace.import_index import ImportIndex, KeptBundle, read_index
from ferrule.workspace.import_keeping import (
    WINDOW,
    Chosen,
    held,
    imported,
    named,
    replace_index,
)
from ferrule.workspace.import_offer import (
    Known,
    connectors_kept,
    known_here,
    remember_hosts,
)
from ferrule.workspace.operations.recording import recorded
from ferrule.workspace.shipping import read_bundle, signers_of
from ferrule.workspace.trusting import trusted
from ferrule.workspace.workspace import Workspace

_LONGEST: Final = 500


@recorded(
    "import",
    "{path} was imported.",
    entity="{path}",
    audit="import.take-in",
    begun=False,
)
def take_in(
    workspace: Workspace,
    path: Path,
    *,
    enable: Chosen = (),
    allow_older: Override | None = None,
    expected: str = "",
    command: str = WINDOW,
    clock: Clock | None = None,
) -> ImportedBundle:
    """Verify a bundle and install it; return it as it is installed.

    Its connectors are disabled, but for those in `enable`, and those that were enabled
    and came with the same bundle before. `expected` is the payload digest of what was
    looked at: another file in its place is refused.

    Raises:
        BundleRejected: with the step that failed; nothing is changed.
        NotFound: for one in `enable` that it does not have.
        UsageError: for an override without a reason, or another file than expected.
        StoreError: when it cannot be written; what was installed stays.
    """
    if allow_older is not None:
        _check_reason(allow_older)
    moment = clock or SystemClock()
    with held(workspace) as place:
        raw, index = read_bundle(path), read_index(place)
        now = moment.now().replace(microsecond=0)
        known = known_here(workspace, index)
        trust = trusted(workspace)
        bundle = opened(raw, trust, known, now, older=allow_older is not None)
        if expected and bundle.payload_digest != expected:
            raise UsageError(
                f"{path.name} is another file than the one that was looked at.",
                advice="Look at it again.",
            )
        ids = [one.id for one in bundle.statement.connectors]
        chosen = frozenset(named(enable, ids))
        taking = _Taking(bundle, raw, now, allow_older, command)
        return _install(workspace, index, known, taking, chosen)


@dataclass(frozen=True, slots=True)
class _Taking:
    """A verified bundle that is being taken in."""

    bundle: Bundle
    raw: bytes
    now: datetime
    override: Override | None
    command: str

    @property
    def folder(self) -> str:
        return self.bundle.payload_digest.removeprefix("sha256:")

    def older(self, known: Known) -> list[str]:
        """Return the connectors that come though a later one was accepted."""
        relaxed = known.relaxed(self.bundle.statement)
        return [
            str(one)
            for one in self.bundle.statement.connectors
            if one.id in known.highest and known.highest[one.id] != relaxed.get(one.id)
        ]

    def accepted(self) -> list[AcceptedVersion]:
        statement = self.bundle.statement
        return [
            AcceptedVersion(
                one.id,
                one.version,
                statement.digest_of(one.id),
                self.bundle.payload_digest,
                rfc3339(self.now),
            )
            for one in statement.connectors
        ]

    def events(self, known: Known, chosen: frozenset[str]) -> Iterator[ImportEvent]:
        all_ = [str(one) for one in self.bundle.statement.connectors]
        older = self.older(known)
        if older and self.override is not None:
            reason, command = self.override.reason, self.override.command
            yield self._event("downgraded", older, command, reason)
        yield self._event("accepted", all_, self.command)
        on = [str(c) for c in self.bundle.statement.connectors if c.id in chosen]
        if on:
            yield self._event("enabled", on, self.command)

    def _event(
        self,
        event: Literal["accepted", "downgraded", "enabled"],
        connectors: Sequence[str],
        command: str,
        reason: str | None = None,
    ) -> ImportEvent:
        statement = self.bundle.statement
        return ImportEvent(
            at=rfc3339(self.now),
            event=event,
            bundle_id=statement.bundle_id,
            version=statement.version,
            payload_digest=self.bundle.payload_digest,
            connectors=tuple(connectors),
            signers=signers_of(self.bundle),
            command=command,
            reason=reason,
        )

    def kept(self, digests: dict[str, str]) -> KeptBundle:
        manifest = read_manifest(self.bundle.files["bundle.json"])
        return KeptBundle(
            self.folder,
            manifest.id,
            printable(manifest.title),
            manifest.provider,
            manifest.version,
            signers_of(self.bundle),
            rfc3339(self.now),
            digests,
        )


def _install(
    workspace: Workspace,
    index: ImportIndex,
    known: Known,
    taking: _Taking,
    chosen: frozenset[str],
) -> ImportedBundle:
    """Write the files, record what is accepted, and make it the installed one."""
    files = kept_files(taking.bundle, taking.raw)
    sweep(index.place, {one.folder for one in index.bundles})
    try:
        write_files(index.place, taking.folder, files)
        workspace.imports.note(
            workspace.project.key,
            list(taking.events(known, chosen)),
            taking.accepted(),
        )
        remember_hosts(workspace, [c.id for c in taking.bundle.statement.connectors])
        connectors = connectors_kept(index, taking.bundle, taking.folder, chosen)
        new = taking.kept(digests_of(files))
        others = (one for one in index.bundles if one.folder != taking.folder)
        replace_index(index, (*others, new), connectors)
    except BaseException:
        sweep(index.place, {one.folder for one in read_index(index.place).bundles})
        raise
    mine = new.bundle_id
    return next(one for one in imported(workspace) if one.bundle_id == mine)


def opened(
    raw: bytes, trust: Trust, known: Known, now: datetime, *, older: bool
) -> Bundle:
    """Return a verified bundle; with `older` it may go back to an older version."""
    try:
        return open_bundle(raw, trust, now=now, accepted=known.highest)
    except Rollback:
        if not older:
            raise
    relaxed = known.relaxed(inspect(raw).statement)
    return open_bundle(raw, trust, now=now, accepted=relaxed)


def _check_reason(override: Override) -> None:
    reason = override.reason.strip()
    if not reason or len(reason) > _LONGEST or not reason.isprintable():
        raise UsageError(
            "An older version needs a reason, which is kept.",
            advice=f"Say why in one line of at most {_LONGEST} characters.",
        )
