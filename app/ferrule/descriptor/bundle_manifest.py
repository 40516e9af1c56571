"""`bundle.json`: the connectors of one provider that ship together (seed 003)."""

from pydantic import Field

from ferrule.auth import Auth
from ferrule.descriptor.document import check_part, read_document
from ferrule.descriptor.model import ConnectorId, Version
from ferrule.section import Section


class BundledConnector(Section):
    """One connector of a bundle and the file that describes it."""

    id: ConnectorId = Field(title="Id")
    version: Version = Field(title="Version")
    file: str = Field(title="File")


class BundleManifest(Section):
    """What a bundle is and what is in it."""

    id: ConnectorId = Field(title="Id")
    title: str = Field(title="Title")
    description: str = Field(title="Description")
    provider: str = Field(title="Provider")
    version: Version = Field(title="Version")
    icon: str | None = Field(None, title="Icon")
    author: str | None = Field(None, title="Author")
    auth: Auth | None = Field(None, title="Shared authentication")
    connectors: tuple[BundledConnector, ...] = Field(title="Connectors")
    fixtures: tuple[str, ...] | None = Field(None, title="Fixtures")
    migrations: tuple[str, ...] | None = Field(None, title="Migrations")
    docs: tuple[str, ...] | None = Field(None, title="Documentation")


def read_manifest(raw: bytes) -> BundleManifest:
    """Return the manifest in `raw`.

    Raises:
        DescriptorInvalid: with every problem and its place.
    """
    return check_part(BundleManifest, read_document(raw))
