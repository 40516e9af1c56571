"""A catalogue with an imported bundle of several connectors, and what is told of it."""

import json

from PySide6 import QtWidgets
from tests.bundle import acme
from tests.workspace.importer import AT, bundle
from tests.workspace.scoped import TOKEN, made_of, pat

from ferrule.store import Connection
from ferrule.workspace import importing, scopes
from ferrule.workspace.connecting import connect

ISSUES, PEOPLE, TIME = "acme.issues", "acme.people", "acme.time"
NAMES = {ISSUES: "Acme Issues", PEOPLE: "Acme People", TIME: "Acme Time"}
TITLE = {"title": "Acme Works"}
ACME = "bundle:acme"
HOSTS = ["api.acme.example"]


def raw(versions=None, version="2.3.0", hosts=None, manifest=TITLE, **changes):
    """Return a bundle of named connectors; `hosts` are those of each connector."""
    versions = versions or dict.fromkeys(NAMES, "1.0.0")
    wide = hosts or {}
    files = {
        f"connectors/{one}.json": json.dumps(
            acme.descriptor(
                one,
                number,
                name=NAMES[one],
                description=f"{NAMES[one]} as signals, with all their changes.",
                provider="acme",
                auth=pat(),
                permissions={
                    "hosts": HOSTS + wide.get(one, []), "scopes": [], "writes": []
                },
                **changes,
            )
        ).encode()
        for one, number in versions.items()
    }  # fmt: skip
    return bundle(versions, version, more=files, manifest=manifest)


def take(workspace, signed, *enable):
    """Import a signed bundle."""
    path = workspace.home.made().path / "acme.ferrule"
    path.write_bytes(signed)
    return importing.take_in(workspace, path, enable=enable, clock=AT)


def share(workspace, connector=ISSUES):
    """Connect a connector with a credential, and let its bundle share it."""
    connect(workspace, connector, {}, made_of(TOKEN), must_store=True)
    scopes.share(workspace, connector)


def own(workspace, *ids, provider="globex"):
    """Write connectors of the project's own, all of one provider."""
    folder = workspace.project.descriptors / provider / "connectors"
    folder.mkdir(parents=True)
    for one in ids:
        made = acme.descriptor(one, "1.0.0", name=one.title(), provider=provider)
        (folder / f"{one}.json").write_text(json.dumps(made))


def connected(workspace, connector, key="", *, enabled=True, state="healthy"):
    """Store a connection as if it had been checked."""
    made = Connection(
        key or connector, workspace.project.key, connector, "1.0.0", enabled=enabled,
        hosts=HOSTS,
    )  # fmt: skip
    workspace.connections.create(made)
    if state:
        workspace.connections.record_health(
            made.project, made.key, healthy=state == "healthy", state=state,
            at=acme.NOW, error=None, latency_ms=12,
        )  # fmt: skip


def shown(page):
    """Return the ids of the cards that are shown."""
    return [page.model.entry(row).card.id for row in range(page.model.rowCount())]


def said(page):
    """Return every text on labels and buttons that can be seen."""
    kinds = (QtWidgets.QLabel, QtWidgets.QAbstractButton)
    found = (one for kind in kinds for one in page.findChildren(kind))
    return [one.text() for one in found if one.isVisible() and one.text()]
