"""What the files of a bundle say, read strictly, and whether they agree.

The one place where bundles meet descriptors. It is asked twice, by the producer before
signing and by the verifier after signatures and digests held, so that nothing is
signed here that would be refused there. Every document passes the strict reader before
the descriptor's own reader sees the same bytes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from ferrule.auth.oauth2 import OAuth2Auth
from ferrule.bundle import names
from ferrule.bundle.icons import icon_problem
from ferrule.bundle.permissions import Permissions
from ferrule.bundle.statement import ConnectorVersion, newer
from ferrule.bundle.strict import read, shown
from ferrule.descriptor.api_versions import every_version
from ferrule.descriptor.bundle_manifest import BundleManifest, read_manifest
from ferrule.descriptor.document import read_descriptor
from ferrule.descriptor.hosts import allowed_hosts
from ferrule.descriptor.model import Connector
from ferrule.errors import FerruleError, MalformedBundle
from ferrule.exchange import Json

MANIFEST = "bundle.json"
EVIDENCE = "evidence.json"
SCHEMA_VERSION = 2
MAX_DOCUMENT = 8 * 1024 * 1024

_LONGEST_MESSAGE = 500

Document = TypeVar("Document")


@dataclass(frozen=True, slots=True)
class Contents:
    """Ids, versions and permissions as the files themselves say them."""

    bundle_id: str
    version: str
    connectors: tuple[ConnectorVersion, ...]
    permissions: Permissions


def connector_file(connector_id: str) -> str:
    """Return the name of a connector's descriptor in a bundle."""
    return f"connectors/{connector_id}.json"


def read_contents(files: Mapping[str, bytes], *, step: int) -> Contents:
    """Return what `files` (by name) say; `step` stands in the errors.

    Raises:
        NewerSchema: when a descriptor is of a later schema.
        MalformedBundle: when a document is not strict JSON, not valid or does not
            agree with another one, or an icon is not a plain picture.
    """
    return _Reading(files, step).contents()


class _Reading:
    """The files of one bundle while they are read."""

    def __init__(self, files: Mapping[str, bytes], step: int) -> None:
        self._files = files
        self._step = step

    def contents(self) -> Contents:
        self._strictly(EVIDENCE, needed=False)
        self._strictly(MANIFEST)
        manifest = self._read(read_manifest, MANIFEST, self._files[MANIFEST])
        versions = tuple(
            ConnectorVersion(one.id, one.version) for one in manifest.connectors
        )
        self._check_listing(manifest, {one.id for one in versions})
        permissions = Permissions()
        for one in versions:
            permissions = permissions.joined(self._connector(one))
        self._check_icons()
        return Contents(manifest.id, manifest.version, versions, permissions)

    def _strictly(self, name: str, *, needed: bool = True) -> Json:
        if name not in self._files:
            if needed:
                self._refuse(
                    f"{name} is missing.", "Add it to the folder of its provider."
                )
            return None
        raw = self._files[name]
        return read(raw, limit=MAX_DOCUMENT, what=name, step=self._step)

    def _check_listing(self, manifest: BundleManifest, ids: set[str]) -> None:
        if len(ids) < len(manifest.connectors) or not ids:
            self._refuse(f"{MANIFEST} must list each connector once.", _AGREE)
        for listed in manifest.connectors:
            if listed.file != connector_file(listed.id):
                wanted = f"{connector_file(listed.id)} is the file of {listed.id}"
                self._refuse(f"{MANIFEST} names {shown(listed.file)}.", f"{wanted}.")
        for name in self._files:
            belongs_to = names.owner(name)
            if belongs_to is not None and belongs_to not in ids:
                self._refuse(f"{name} belongs to no connector of {MANIFEST}.", _AGREE)

    def _connector(self, listed: ConnectorVersion) -> Permissions:
        """Check one descriptor and return what it asks for, in every API version."""
        name = connector_file(listed.id)
        document = self._strictly(name)
        self._check_schema(name, document)
        connector = self._read(read_descriptor, name, self._files[name])
        self._check_same(name, listed, connector)
        asked = asked_by(connector)
        for changed in self._read(_versions, name, self._files[name]):
            asked = asked.joined(asked_by(changed))
        return asked

    def _check_schema(self, name: str, document: Json) -> None:
        found = document.get("schemaVersion") if isinstance(document, dict) else None
        if isinstance(found, int) and found > SCHEMA_VERSION:
            raise newer(f"{name} is of a later schema: {found}.", self._step)

    def _check_same(
        self, name: str, listed: ConnectorVersion, found: Connector
    ) -> None:
        if (found.id, found.version) != (listed.id, listed.version):
            self._refuse(
                f"{name} is {found.id}@v{found.version}; {MANIFEST} lists {listed}.",
                _AGREE,
            )

    def _check_icons(self) -> None:
        for name, content in self._files.items():
            problem = icon_problem(name, content) if name.startswith("icons/") else ""
            if problem:
                self._refuse(f"{name} {problem}.", "Export the icon as plain SVG.")

    def _read(
        self, reader: Callable[[bytes], Document], name: str, raw: bytes
    ) -> Document:
        try:
            return reader(raw)
        except FerruleError as error:
            self._refuse(f"{name} is not valid: {_plain(error.message)}", error.advice)

    def _refuse(self, message: str, advice: str) -> NoReturn:
        raise MalformedBundle(message, step=self._step, advice=_plain(advice)) from None


_AGREE = f"Make {MANIFEST} and the files of its connectors agree."


def asked_by(connector: Connector) -> Permissions:
    """Return what a connector asks for: what it declares and what its parts need."""
    declared = connector.permissions
    sign_ins = (connector.auth, *(connector.auth_options or ()))
    scopes = [
        scope
        for auth in sign_ins
        if isinstance(auth, OAuth2Auth)
        for scope in auth.config.scopes
    ]
    return Permissions.of(
        allowed_hosts(connector),
        (*scopes, *(declared.scopes if declared else ())),
        (*_writes(connector), *(declared.writes if declared else ())),
    )


def _writes(connector: Connector) -> Iterator[str]:
    for tool in connector.tools or ():
        if not tool.reads:
            yield tool.name
    for sink in connector.sinks or ():
        yield sink.key


def _versions(raw: bytes) -> tuple[Connector, ...]:
    return tuple(every_version(raw))


def _plain(text: str) -> str:
    """Return a message that may quote the document, cut and without control codes."""
    visible = "".join(char if char.isprintable() else "\ufffd" for char in text)
    return visible[:_LONGEST_MESSAGE]
