"""The signed statement: what a bundle says about itself.

An in-toto Statement v1 (https://github.com/in-toto/attestation) whose subjects are the
files of the bundle and whose predicate tells ids, versions, dates and permissions. It
is written as canonical JSON (RFC 8785); it is read from the very bytes that were
signed and never written again to be compared. Its predicate has a closed set of
members, unlike in-toto's general advice: a later format gets another predicate type.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ferrule.bundle import names
from ferrule.bundle.jcs import canonical_json
from ferrule.bundle.permissions import Permissions, read_permissions
from ferrule.bundle.strict import Part, read, shown
from ferrule.errors import MalformedBundle, NewerSchema
from ferrule.exchange import Json

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PREDICATE_FAMILY: Final = "https://ferrule.dev/attestation/connector/"
PREDICATE_TYPE: Final = PREDICATE_FAMILY + "v1"
BUNDLE_FORMAT: Final = 1
MAX_STATEMENT: Final = 1024 * 1024

_REQUIRED = (
    *("bundleFormat", "bundleId", "version", "connectors", "createdAt", "expiresAt"),
    *("files", "permissions"),
)
_OPTIONAL = ("minRuntime", "supersedes", "toolVersion")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_PAYLOAD_DIGEST = re.compile(r"sha256:[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class ConnectorVersion:
    """One connector of a bundle."""

    id: str
    version: str

    def __str__(self) -> str:
        return f"{self.id}@v{self.version}"


@dataclass(frozen=True, slots=True)
class Statement:
    """What was signed.

    `digests` are (file name, SHA-256 in hex), `sizes` (file name, bytes), both as they
    stand there: that names are unique and agree is a step of the verification.
    """

    bundle_id: str
    version: str
    connectors: tuple[ConnectorVersion, ...]
    created_at: datetime
    expires_at: datetime
    digests: tuple[tuple[str, str], ...]
    sizes: tuple[tuple[str, int], ...]
    permissions: Permissions
    min_runtime: str | None = None
    supersedes: str | None = None
    tool_version: str | None = None

    def digest_of(self, connector_id: str) -> str:
        """Return what identifies a connector's content: `sha256:` and 64 hex digits.

        It is taken over one line a file, as `sha256sum` prints it, of those that are
        the connector's own and decide what it does: its descriptor and migrations.
        """
        descriptor, migrations = (
            f"connectors/{connector_id}.json",
            f"migrations/{connector_id}/",
        )
        lines = (
            f"{sha256}  {n}\n"
            for n, sha256 in sorted(self.digests)
            if n == descriptor or n.startswith(migrations)
        )
        return "sha256:" + hashlib.sha256("".join(lines).encode()).hexdigest()

    def encoded(self) -> bytes:
        """Return the statement as the canonical JSON that is signed (RFC 8785)."""
        subjects: list[Json] = [
            {"name": name, "digest": {"sha256": sha256}}
            for name, sha256 in sorted(self.digests)
        ]
        return canonical_json(
            {
                "_type": STATEMENT_TYPE,
                "subject": subjects,
                "predicateType": PREDICATE_TYPE,
                "predicate": self._required() | self._optional(),
            },
            what="The statement",
        )

    def _required(self) -> dict[str, Json]:
        ordered = sorted(self.connectors, key=lambda one: one.id)
        return {
            "bundleFormat": BUNDLE_FORMAT,
            "bundleId": self.bundle_id,
            "version": self.version,
            "connectors": [{"id": one.id, "version": one.version} for one in ordered],
            "createdAt": written(self.created_at),
            "expiresAt": written(self.expires_at),
            "files": [
                {"name": name, "size": size} for name, size in sorted(self.sizes)
            ],
            "permissions": self.permissions.wire(),
        }

    def _optional(self) -> dict[str, Json]:
        named: dict[str, Json] = {
            "minRuntime": self.min_runtime,
            "supersedes": self.supersedes,
            "toolVersion": self.tool_version,
        }
        return {name: value for name, value in named.items() if value is not None}


def payload_digest(payload: bytes) -> str:
    """Return what identifies a bundle: `sha256:` and the hex digest of the payload."""
    return "sha256:" + hashlib.sha256(payload).hexdigest()


def written(moment: datetime) -> str:
    """Return an aware time as it stands in a statement: UTC, whole seconds."""
    whole = moment.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    return whole.isoformat() + "Z"


def read_statement(payload: bytes, *, step: int = 7) -> Statement:
    """Return the statement in the very bytes that were signed.

    Raises:
        NewerSchema: when it is of a later version of this format.
        MalformedBundle: when it is another kind of statement, or has another shape.
    """
    value = read(payload, limit=MAX_STATEMENT, what="The statement", step=step)
    whole = Part(value, "The statement", step)
    members = whole.members(("_type", "subject", "predicateType", "predicate"))
    if members["_type"].text() != STATEMENT_TYPE:
        members["_type"].refuse("is not the type of an in-toto statement")
    _check_kind(members["predicateType"])
    digests = tuple(map(_read_subject, members["subject"].elements()))
    return _read_predicate(members["predicate"], digests)


def newer(message: str, step: int) -> NewerSchema:
    """Return the refusal of something made for a later Ferrule."""
    return NewerSchema(
        message,
        step=step,
        advice="Update Ferrule, or ask for a bundle made for this version.",
    )


def _check_kind(part: Part) -> None:
    found = part.text()
    if found == PREDICATE_TYPE:
        return
    if found.startswith(PREDICATE_FAMILY):
        raise newer(f"The statement is of a later kind: {shown(found)}.", part.step)
    raise MalformedBundle(
        f"The statement is about something else: {shown(found)}.",
        step=part.step,
        advice="The same signer signed another kind of document; ask for a bundle.",
    )


def _read_subject(part: Part) -> tuple[str, str]:
    members = part.members(("name", "digest"))
    sha256 = members["digest"].members(("sha256",))["sha256"]
    return members["name"].text(), _matching(sha256, _SHA256)


def _read_predicate(part: Part, digests: tuple[tuple[str, str], ...]) -> Statement:
    _check_format(part)
    members = part.members(_REQUIRED, _OPTIONAL)
    runtime, tool = members.get("minRuntime"), members.get("toolVersion")
    older = members.get("supersedes")
    return Statement(
        bundle_id=names.identifier(members["bundleId"]),
        version=names.version(members["version"]),
        connectors=_read_connectors(members["connectors"]),
        created_at=members["createdAt"].moment(),
        expires_at=members["expiresAt"].moment(),
        digests=digests,
        sizes=tuple(map(_read_size, members["files"].elements())),
        permissions=read_permissions(members["permissions"]),
        min_runtime=names.version(runtime) if runtime else None,
        supersedes=_matching(older, _PAYLOAD_DIGEST) if older else None,
        tool_version=tool.ascii() if tool else None,
    )


def _check_format(part: Part) -> None:
    """Look at the format number before the members, which a later one may add to."""
    found = part.open_members(("bundleFormat",))["bundleFormat"].size()
    if found > BUNDLE_FORMAT:
        raise newer(f"The bundle is of a later format: {found}.", part.step)
    if found < BUNDLE_FORMAT:
        part.refuse(f"has the format {found}, which never was")


def _read_connectors(part: Part) -> tuple[ConnectorVersion, ...]:
    found = tuple(map(_read_connector, part.elements()))
    if not found:
        part.refuse("names no connector")
    if len({one.id for one in found}) < len(found):
        part.refuse("names a connector twice")
    return found


def _read_connector(part: Part) -> ConnectorVersion:
    members = part.members(("id", "version"))
    return ConnectorVersion(
        names.identifier(members["id"]), names.version(members["version"])
    )


def _read_size(part: Part) -> tuple[str, int]:
    members = part.members(("name", "size"))
    return members["name"].text(), members["size"].size()


def _matching(part: Part, pattern: re.Pattern[str]) -> str:
    text = part.text()
    if not pattern.match(text):
        part.refuse(f"is {shown(text)}, which is not a SHA-256 in lower-case hex")
    return text
