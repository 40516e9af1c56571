"""A connector to begin from: descriptor, manifest, and where its papers belong."""

import json
from typing import Final

from ferrule.descriptor.bundle_manifest import read_manifest
from ferrule.descriptor.document import read_descriptor
from ferrule.descriptor.skeleton import skeleton
from ferrule.exchange import Json

_VERSION: Final = "0.1.0"


def starter_files(connector_id: str, name: str, provider: str) -> dict[str, bytes]:
    """Return the files of a provider's folder with one connector, by their names.

    Raises:
        DescriptorInvalid: when the id or the provider is none.
    """
    document = skeleton(connector_id, name, f"https://api.{provider}.example/items")
    document |= {
        "provider": provider,
        "apiVersions": [
            {"id": "v1", "label": "Version 1", "status": "stable", "default": True}
        ],
    }
    files = {
        "bundle.json": _written(_manifest(connector_id, name, provider)),
        f"connectors/{connector_id}.json": _written(document),
        "docs/README.md": _readme(name).encode(),
    }
    read_descriptor(files[f"connectors/{connector_id}.json"])
    read_manifest(files["bundle.json"])
    return files


def _manifest(connector_id: str, name: str, provider: str) -> dict[str, Json]:
    file = f"connectors/{connector_id}.json"
    return {
        "id": provider,
        "title": name,
        "description": f"Connectors of {name}.",
        "provider": provider,
        "version": _VERSION,
        "connectors": [{"id": connector_id, "version": _VERSION, "file": file}],
    }


def _readme(name: str) -> str:
    return (
        f"# {name}\n\nHow to obtain credentials: where the vendor makes them, with"
        " which scopes, and which redirect address to register.\n"
    )


def _written(document: dict[str, Json]) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()
