"""A home with projects whose connectors share a provider, and a service that answers.

Two connectors of “acme” take the same token, one signs in by another field, and one of
another provider takes the same token too.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from tests.auth.kinds import field
from tests.support.signed_service import Asked, SignedService, connector

from ferrule.auth import Secrets
from ferrule.store import Connection
from ferrule.sync.events import RunEnded
from ferrule.workspace.connecting import connect, sync_connection
from ferrule.workspace.home import Home
from ferrule.workspace.preparing import SyncOrder
from ferrule.workspace.project import init_project
from ferrule.workspace.workspace import Workspace

TOKEN, OTHER = "acme-token-0123456789", "other-token-9876543210"
ISSUES, PAGES, FIELDS, ELSE = "acme-issues", "acme-pages", "acme-keys", "else-issues"


def pat(key: str = "token", **more: Any) -> dict[str, Any]:
    fields = [field(key), *more.pop("fields", [])]
    config = {"delivery": "bearer", "paramName": "", "credentialFields": fields}
    return {"method": "pat", "config": {**config, **more}}


def document(name: str, provider: str, auth: Any = None, **more: Any) -> dict[str, Any]:
    made = connector(auth or pat(), **more)
    title = name.replace("-", " ").title()
    return {**made, "id": name, "name": title, "provider": provider, **more}


DOCUMENTS = {
    ISSUES: document(ISSUES, "acme"),
    PAGES: document(PAGES, "acme"),
    FIELDS: document(FIELDS, "acme", pat("key")),
    ELSE: document(ELSE, "else"),
}


def made_of(token: str, name: str = "token") -> Secrets:
    return {name: SecretStr(token)}


def bearer(token: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.headers.get("authorization") == f"Bearer {token}"


class Scoped:
    """Projects under one home; `close` them."""

    def __init__(self, folder: Path, service: SignedService) -> None:
        self.home = Home(folder / "home")
        self.folder = folder
        self.service = service
        self.opened: list[Workspace] = []

    def project(self, name: str) -> Workspace:
        """Return a new project with the connectors, open."""
        made = init_project(self.folder / name, self.home, name.title())
        workspace = Workspace(self.home, made.folder)
        for one in DOCUMENTS.values():
            workspace.registry.register_descriptor(json.dumps(one).encode())
        self.opened.append(workspace)
        return workspace

    def connect(
        self, workspace: Workspace, name: str, token: str | None = None, **more: Any
    ) -> Connection:
        """Connect a connector to the service; without a token it falls through."""
        config = {"baseUrl": self.service.origin, **more.pop("config", {})}
        given = made_of(token, more.pop("field", "token")) if token else {}
        return connect(workspace, name, config, given, must_store=True, **more)

    def close(self) -> None:
        for one in self.opened:
            one.close()


def sync(workspace: Workspace, key: str, **order: Any) -> RunEnded:
    return sync_connection(workspace, key, SyncOrder(**order), emit=lambda _event: None)


def used(service: SignedService) -> set[str]:
    """Return the tokens that the service was shown since this was asked last."""
    found = {asked.headers.get("authorization", "") for asked in service.asked}
    service.asked.clear()
    return {one.removeprefix("Bearer ") for one in found}


def reread(workspace: Workspace, name: str, **changes: Any) -> None:
    """Replace a connector of the project by a changed one."""
    changed = {**DOCUMENTS[name], **changes}
    workspace.registry.update_descriptor(name, json.dumps(changed).encode())
