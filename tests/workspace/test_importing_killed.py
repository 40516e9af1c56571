"""An import that is killed at any step leaves what was, or what was to be."""

import os
from itertools import count

import pytest
from tests.bundle import acme
from tests.workspace.import_killing import Killed
from tests.workspace.importer import ISSUES, PEOPLE, Importer, bundle, trusting

from ferrule.errors import Rollback
from ferrule.workspace import importing

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX signals")
FIRST = bundle()
SECOND = bundle({ISSUES: "1.3.0", PEOPLE: "1.1.0"}, "2.4.0")


@pytest.fixture(scope="module")
def killed():
    with Killed() as running:
        yield running


@pytest.fixture
def room(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    trusting(monkeypatch, acme.trust())
    made = Importer(tmp_path)
    yield made
    made.workspace.close()


def standing(room):
    """Return what is installed, after a look that every file of it is whole."""
    index = room.index
    for one in index.bundles:
        index.check(one.folder)
    return {one.id: (one.version, one.enabled) for one in index.connectors}


def marks(room):
    return {one.version for one in room.workspace.imports.accepted("work")}


@pytest.mark.parametrize("replaces", [False, True])
def test_taking_in_killed_at_each_step(tmp_path, monkeypatch, killed, replaces):
    trusting(monkeypatch, acme.trust())
    new = {ISSUES: ("1.3.0", True), PEOPLE: ("1.1.0", replaces)}
    for at in count(1):
        room = Importer(tmp_path / str(at))
        if replaces:
            room.take(FIRST, enable="all")
        before = standing(room)
        arguments = {"path": str(room.file(SECOND)), "enable": [ISSUES]}
        came = killed(room.folder, "take_in", at, **arguments)
        after = standing(room)
        assert after in (before, new)
        if after == new:
            assert "1.3.0" in marks(room)  # what is installed was accepted
            with pytest.raises(Rollback):
                room.take(FIRST)
        room.take(SECOND, enable=[ISSUES])
        assert standing(room) == new
        left = {name.split("/")[0] for name in room.on_disk()}
        assert not [name for name in left if name.startswith(".")]
        room.workspace.close()
        if came == "done":
            break
        assert came == "killed"
    assert at > 8


@pytest.mark.parametrize(
    ("deed", "arguments", "then"),
    [
        ("enable", {"connectors": "all"}, True),
        ("disable", {"connectors": "all"}, False),
        ("drop", {"bundle": "acme"}, None),
    ],
)
def test_a_decision_killed_at_each_step(room, killed, deed, arguments, then):
    for at in count(1):
        room.take(FIRST)
        importing.enable(room.workspace, "all")
        if deed == "enable":
            importing.disable(room.workspace, "all")
        was = standing(room)
        came = killed(room.folder, deed, at, **arguments)
        to_be = {name: (v, then) for name, (v, _) in was.items() if then is not None}
        assert standing(room) in (was, to_be)
        if came == "done":
            break
        assert came == "killed"
    assert standing(room) == to_be
    assert importing.record(room.workspace)[-1].event.startswith(deed)
    assert at > 2
