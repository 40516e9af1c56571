"""The provider "acme" as a folder of bytes, its bundle, and tools to forge others."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from ferrule.bundle import Role, SigningKey, Trust, TrustedKey, build, sign
from ferrule.bundle.dsse import sign as seal
from ferrule.bundle.statement import PAYLOAD_TYPE

CREATED = datetime(2025, 5, 1, 9, 0, tzinfo=UTC)
EXPIRES = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
NOW = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)

SIGNER = SigningKey.from_seed(bytes(range(32)))
STRANGER = SigningKey.from_seed(bytes(range(1, 33)))
ROOT = SigningKey.from_seed(bytes(range(2, 34)))
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
    b'<path d="M4 4h16v16H4z" fill="none" stroke="#0b6b7b"/></svg>'
)


def descriptor(connector_id: str, version: str, /, **changes: object) -> dict:
    return {
        "id": connector_id,
        "name": f"Acme {connector_id}",
        "description": "Things of Acme.",
        "category": "engineering",
        "icon": "bug",
        "kind": "generic",
        "version": version,
        "auth": {"method": "none"},
        "ingestion": {
            "mode": "polling",
            "endpoint": "https://api.acme.example/v1/things",
            "method": "GET",
            "rateLimitRpm": 60,
            "delta": {"type": "none"},
        },
        "fieldMapping": {
            "itemsPath": "$.items",
            "idPath": "$.id",
            "timestampPath": "$.updated_at",
            "summaryTemplate": "{{title}}",
            "signalTypeRules": [],
        },
        "healthCheck": {
            "endpoint": "https://api.acme.example/v1/me",
            "method": "GET",
            "expectStatus": 200,
            "timeoutMs": 5000,
        },
        "permissions": {"hosts": ["api.acme.example"], "scopes": [], "writes": []},
    } | changes


def manifest(versions: Mapping[str, str], **changes: object) -> dict:
    return {
        "id": "acme",
        "title": "Acme",
        "description": "The connectors of Acme.",
        "provider": "acme",
        "version": "2.3.0",
        "connectors": [
            {"id": one, "version": version, "file": f"connectors/{one}.json"}
            for one, version in versions.items()
        ],
        "docs": ["docs/README.md"],
        "fixtures": ["fixtures/acme.issues/page.json"],
    } | changes


VERSIONS = {"acme.issues": "1.2.0", "acme.people": "1.0.0"}


def written(document: object) -> bytes:
    return json.dumps(document, indent=2, ensure_ascii=False).encode()


def folder(versions: Mapping[str, str] = VERSIONS) -> dict[str, bytes]:
    files: dict[str, bytes] = {
        "bundle.json": written(manifest(versions)),
        "evidence.json": written({"endpoint": "https://docs.acme.example/api"}),
        "icons/acme.svg": SVG,
        "docs/README.md": "How to obtain a key — ask Acme.\n".encode(),
        "fixtures/acme.issues/page.json": b'{"items": []}',
        "migrations/acme.issues/001_view.sql": b"create view v as select 1;\n",
    }
    for one, version in versions.items():
        files[f"connectors/{one}.json"] = written(descriptor(one, version))
    return files


def nobody() -> Trust:
    return Trust(
        (TrustedKey(ROOT.public, "root"),),
        root=Role((ROOT.public.id,)),
        version=1,
        expires_at=EXPIRES,
    )


def trust(*patterns: str, key: SigningKey = SIGNER) -> Trust:
    return nobody().with_key(key.public, patterns or ("acme.*",), "anna@acme.example")


def bundle(
    files: Mapping[str, bytes] | None = None,
    keys: Sequence[SigningKey] = (SIGNER,),
    **options: object,
) -> bytes:
    draft = build(
        folder() if files is None else files,
        created_at=CREATED,
        expires_at=EXPIRES,
        tool_version="ferrule 0.1.0",
        **options,
    )
    return sign(draft, keys)


def opened(raw: bytes) -> tuple[dict, dict]:
    """Return the outer object and the statement of a bundle, to be tampered with."""
    outer = json.loads(raw)
    payload = base64.b64decode(outer["dsseEnvelope"]["payload"])
    return outer, json.loads(payload)


def closed(
    outer: dict, payload: bytes, keys: Sequence[SigningKey] = (SIGNER,)
) -> bytes:
    """Return a bundle file whose envelope is truly signed, whatever it says."""
    return written(outer | {"dsseEnvelope": seal(PAYLOAD_TYPE, payload, keys)})


def with_outer(change: Callable[[dict], None]) -> bytes:
    """Return the bundle with its outer object changed and not signed again."""
    outer, _ = opened(bundle())
    change(outer)
    return written(outer)


def with_statement(change: Callable[[dict], None]) -> bytes:
    """Return the bundle with its statement changed by a signer who signs anything."""
    outer, statement = opened(bundle())
    change(statement)
    return closed(outer, written(statement))


def with_files(
    change: Callable[[dict[str, bytes]], None],
    predicate: Mapping[str, object] | None = None,
) -> bytes:
    """Return the bundle with its files changed and stated and signed as changed."""
    outer, statement = opened(bundle())
    files = {f["name"]: base64.b64decode(f["content"]) for f in outer["files"]}
    change(files)
    statement["subject"] = [
        {"name": n, "digest": {"sha256": hashlib.sha256(c).hexdigest()}}
        for n, c in files.items()
    ]
    statement["predicate"]["files"] = [
        {"name": n, "size": len(c)} for n, c in files.items()
    ]
    statement["predicate"] |= predicate or {}
    outer["files"] = [
        {"name": n, "content": base64.b64encode(c).decode()} for n, c in files.items()
    ]
    return closed(outer, written(statement))
