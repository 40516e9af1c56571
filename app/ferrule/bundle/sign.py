"""Make a bundle: choose a provider's connectors, state what is in it, sign.

The same folder, dates and keys give the same bytes: every list is sorted, the
statement and the file are canonical JSON (RFC 8785), Ed25519 needs no randomness, and
the time is given (SOURCE_DATE_EPOCH where that is set). Before anything is signed the
files pass the checks that the verifier will make.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ferrule.bundle import dsse, names
from ferrule.bundle.archive import write_archive
from ferrule.bundle.contents import (
    EVIDENCE,
    MANIFEST,
    MAX_DOCUMENT,
    Contents,
    read_contents,
)
from ferrule.bundle.jcs import canonical_json
from ferrule.bundle.keys import SigningKey
from ferrule.bundle.statement import (
    PAYLOAD_TYPE,
    Statement,
    payload_digest,
    read_statement,
)
from ferrule.bundle.strict import read, shown
from ferrule.descriptor.bundle_manifest import read_manifest
from ferrule.errors import (
    BundleRejected,
    DescriptorError,
    MalformedBundle,
    Problem,
    UsageError,
)
from ferrule.exchange import Json

# Takes a file's name and content; any problem that it finds stops the signing.
SecretLint = Callable[[str, bytes], Sequence[Problem]]

_SHOWN_PROBLEMS = 3


@dataclass(frozen=True, slots=True)
class Draft:
    """A bundle that is ready to be signed.

    `payload` is `statement` in the bytes that will be signed; `files` go in by name;
    `left_out` names files of the folder that do not.
    """

    statement: Statement
    payload: bytes
    files: Mapping[str, bytes]
    left_out: tuple[str, ...]

    @property
    def payload_digest(self) -> str:
        """What will identify the bundle."""
        return payload_digest(self.payload)


def build(
    folder: Mapping[str, bytes],
    *,
    created_at: datetime,
    expires_at: datetime,
    tool_version: str | None = None,
    connectors: Collection[str] | None = None,
    with_fixtures: bool = False,
    min_runtime: str | None = None,
    supersedes: str | None = None,
    secret_lint: SecretLint | None = None,
) -> Draft:
    """Return the bundle of a provider's `folder` (names with `/`, to contents).

    `connectors` chooses ids, without it all are taken; `bundle.json` then lists
    exactly those. Fixtures may hold customers' data and go in only when asked for.
    `supersedes` is the payload digest of an earlier bundle.

    Raises:
        UsageError: for a connector that the folder does not have, or dates that are
            the wrong way round.
        BundleRejected: for files that a verifier would refuse, or that hold a secret.
    """
    files = _selected(folder, connectors, with_fixtures=with_fixtures)
    contents = _checked(files, secret_lint)
    statement = Statement(
        bundle_id=contents.bundle_id,
        version=contents.version,
        connectors=contents.connectors,
        created_at=created_at,
        expires_at=expires_at,
        digests=tuple((n, hashlib.sha256(c).hexdigest()) for n, c in files.items()),
        sizes=tuple((name, len(content)) for name, content in files.items()),
        permissions=contents.permissions,
        min_runtime=min_runtime,
        supersedes=supersedes,
        tool_version=tool_version,
    )
    return _drafted(statement, files, left_out=set(folder) - set(files))


def sign(draft: Draft, keys: Sequence[SigningKey]) -> bytes:
    """Return the bundle file, signed with each of 1 to 16 different keys.

    Raises:
        UsageError: for no key, or too many.
        MalformedBundle: when the file would be too large.
    """
    different = list({key.public.id: key for key in keys}.values())
    if not 1 <= len(different) <= dsse.MAX_SIGNATURES:
        raise UsageError(f"A bundle takes 1 to {dsse.MAX_SIGNATURES} signing keys.")
    envelope = dsse.sign(PAYLOAD_TYPE, draft.payload, different)
    return write_archive(envelope, draft.files)


def _checked(files: Mapping[str, bytes], lint: SecretLint | None) -> Contents:
    contents = read_contents(files, step=0)
    if lint is not None:
        _check_secrets(files, lint)
    return contents


def _drafted(
    statement: Statement, files: Mapping[str, bytes], left_out: Collection[str]
) -> Draft:
    """Return the draft, after reading the statement as its verifier will."""
    if statement.expires_at <= statement.created_at:
        raise UsageError("A bundle must end after it is made.", advice="Check dates.")
    payload = statement.encoded()
    found = read_statement(payload, step=0)
    return Draft(found, payload, files, tuple(sorted(left_out)))


def _selected(
    folder: Mapping[str, bytes],
    connectors: Collection[str] | None,
    *,
    with_fixtures: bool,
) -> dict[str, bytes]:
    """Return the files that go in, their names checked, in order."""
    if MANIFEST not in folder:
        raise UsageError(f"The folder has no {MANIFEST}.", advice="Choose a provider.")
    chosen = _chosen(folder[MANIFEST], connectors)
    files = {
        name: folder[name]
        for name in sorted(folder)
        if _goes_in(name, chosen, with_fixtures=with_fixtures)
    }
    problem = names.names_problem(files)
    if problem:
        raise MalformedBundle(f"This folder cannot be bundled: {problem}.")
    files[MANIFEST] = _narrowed(folder, files, chosen)
    return files


def _chosen(raw: bytes, connectors: Collection[str] | None) -> frozenset[str]:
    try:
        listed = {one.id for one in read_manifest(raw).connectors}
    except DescriptorError as error:
        raise MalformedBundle(
            f"{MANIFEST} is not valid: {error.message}", advice=error.advice
        ) from None
    chosen = listed if connectors is None else set(connectors)
    unknown = sorted(chosen - listed)
    if unknown or not chosen:
        named = ", ".join(map(shown, unknown)) or "no connector"
        raise UsageError(
            f"This provider cannot bundle {named}.",
            advice=f"It has: {', '.join(sorted(listed))}.",
        )
    return frozenset(chosen)


def _goes_in(name: str, chosen: Collection[str], *, with_fixtures: bool) -> bool:
    """Tell whether a file of the folder belongs to the bundle.

    A name that is not allowed in one of the bundle's places goes in here and is
    refused afterwards, so that nothing an author put there is lost silently.
    """
    place, _, rest = name.partition("/")
    if name in {MANIFEST, EVIDENCE}:
        return True
    if any(part.startswith(".") for part in name.split("/")):
        return False
    if place == "connectors":
        return rest.removesuffix(".json") in chosen
    if place in {"migrations", "fixtures"}:
        wanted = place == "migrations" or with_fixtures
        return wanted and rest.partition("/")[0] in chosen
    return place in {"icons", "docs"}


def _narrowed(
    folder: Mapping[str, bytes], files: Mapping[str, bytes], chosen: Collection[str]
) -> bytes:
    """Return a `bundle.json` that lists the chosen connectors and files alone."""
    raw = folder[MANIFEST]
    document = read(raw, limit=MAX_DOCUMENT, what=MANIFEST, step=0)
    if not isinstance(document, dict):
        raise MalformedBundle(f"{MANIFEST} is not a JSON object.")
    for member in ("fixtures", "migrations", "docs"):
        _narrow(document, member, lambda one: one in files or one not in folder)
    _narrow(document, "connectors", lambda one: _id_of(one) in chosen)
    return canonical_json(document, what=MANIFEST)


def _narrow(
    document: dict[str, Json], member: str, keep: Callable[[Json], bool]
) -> None:
    entries = document.get(member)
    if isinstance(entries, list):
        document[member] = [entry for entry in entries if keep(entry)]


def _id_of(listed: Json) -> Json:
    return listed.get("id") if isinstance(listed, dict) else None


def _check_secrets(files: Mapping[str, bytes], lint: SecretLint) -> None:
    found = [
        (name, problem)
        for name, content in files.items()
        for problem in lint(name, content)
    ]
    if not found:
        return
    named = "; ".join(f"{name} {problem}" for name, problem in found[:_SHOWN_PROBLEMS])
    more = len(found) - _SHOWN_PROBLEMS
    raise BundleRejected(
        f"Not signed, because of what looks like a secret: {named}"
        + (f" (and {more} more)" if more > 0 else ""),
        advice="Remove it, and replace it at its service: it may be known by now.",
    )
