"""What comes by attack, by tampering, at once or onto a full disk changes nothing."""

import json
import os
import threading
from pathlib import Path

import pytest
from tests.bundle import acme
from tests.bundle.attacks import ATTACKS
from tests.workspace.importer import (
    AT,
    GOOD,
    ISSUES,
    NEWER,
    PEOPLE,
    WHY,
    WIDER,
    Importer,
    bundle,
    card,
    connect,
    enabled,
    trusting,
)

from ferrule.errors import (
    BundleRejected,
    Rollback,
    StoreError,
    UnknownSigner,
    UsageError,
)
from ferrule.store import AcceptedVersion
from ferrule.workspace import importing
from ferrule.workspace.import_index import INDEX
from ferrule.workspace.importing import ALL
from ferrule.workspace.readmes import readme_of


@pytest.fixture
def room(tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    trusting(monkeypatch, acme.trust())
    made = Importer(tmp_path)
    yield made
    made.workspace.close()


def test_nobody_that_is_not_trusted_gets_in(room, monkeypatch):
    trusting(monkeypatch, acme.nobody())
    offer = room.look(GOOD)
    assert (offer.trust, offer.facts, offer.connectors) == ("unknown", None, ())
    assert offer.verification.claims.bundle_id == "acme"
    for override in (None, WHY):
        with pytest.raises(UnknownSigner):
            room.take(GOOD, allow_older=override)
    assert room.on_disk() == []


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.name)
def test_no_attack_leaves_anything(room, monkeypatch, attack):
    trusting(monkeypatch, attack.trust)
    accepted = [
        AcceptedVersion(name, one.version, one.digest, "", "")
        for name, one in attack.accepted.items()
    ]
    if accepted:
        room.workspace.imports.note("work", (), accepted)
    before = room.kept()
    raw = attack.make()
    with pytest.raises(attack.error) as refused:
        room.take(raw)
    assert refused.value.step == attack.step
    assert room.kept() == before
    if attack.error is not Rollback:
        offer = room.look(raw)
        assert (offer.facts, offer.can_be_taken) == (None, False)
        with pytest.raises(BundleRejected):
            room.take(raw, allow_older=WHY)
        assert room.kept() == before


def test_another_file_than_the_one_that_was_looked_at_is_refused(room):
    digest = room.look(GOOD).facts.payload_digest
    with pytest.raises(UsageError, match="another file"):
        room.take(NEWER, expected=digest)
    assert room.index.connectors == ()
    room.take(GOOD, expected=digest)


def _append(path):
    path.write_bytes(path.read_bytes() + b" ")


def _link(path):
    elsewhere = path.with_suffix(".moved")
    elsewhere.write_bytes(path.read_bytes() + b" ")
    path.unlink()
    path.symlink_to(elsewhere)


@pytest.mark.parametrize("tamper", [_append, _link, Path.unlink])
def test_a_changed_document_is_refused_until_it_is_imported_again(room, tamper):
    room.take(GOOD, enable=ALL)
    connect(room)
    tamper(card(room).path)
    assert "import" in card(room).problem or "read" in card(room).problem
    with pytest.raises(StoreError, match=r"was changed|cannot be read"):
        room.workspace.catalogue.document(ISSUES)
    (told,) = importing.imported(room.workspace)
    assert told.connectors[0].problem
    assert [c.state for c in room.look(GOOD).connectors] == ["unchanged"] * 2
    room.take(GOOD)
    assert room.workspace.catalogue.document(ISSUES)
    assert enabled(room) == {ISSUES, PEOPLE}


def test_any_changed_or_further_file_of_it_is_found(room):
    room.take(GOOD, enable=ALL)
    assert readme_of(room.workspace.catalogue, ISSUES)
    folder = room.workspace.catalogue.folder(ISSUES)
    for name in ("docs/README.md", "migrations/acme.issues/999_x.sql"):
        (folder / name).write_text("drop table x;")
        with pytest.raises(StoreError, match=r"changed|no part"):
            room.workspace.catalogue.folder(ISSUES)
        assert readme_of(room.workspace.catalogue, ISSUES) is None
        room.take(GOOD)
    assert room.workspace.catalogue.folder(ISSUES) == folder


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "[]",
        '{"format": 2}',
        '{"format": 1, "bundles": [], "connectors": [{"id": "x"}]}',
        "{",
    ],
)
def test_a_damaged_index_says_so_and_the_projects_own_still_work(room, damage):
    own = acme.descriptor("own", "1.0.0")
    room.workspace.registry.register_descriptor(json.dumps(own).encode())
    room.take(GOOD, enable=ALL)
    (room.place / INDEX).write_text(damage)
    cards = room.workspace.catalogue.cards()
    (told,) = [c for c in cards if c.origin == "imported"]
    assert "cannot be read" in told.problem
    assert room.workspace.catalogue.document("own")
    shipped = next(c for c in cards if c.origin == "shipped")
    for refused in (
        lambda: room.workspace.catalogue.document(shipped.id),
        lambda: importing.imported(room.workspace),
        lambda: room.take(NEWER),
    ):
        with pytest.raises(StoreError, match="cannot be read"):
            refused()


def test_an_index_leads_nowhere_else(room):
    room.take(GOOD, enable=ALL)
    whole = json.loads((room.place / INDEX).read_bytes())
    for member in ("folder", "id"):
        wrong = json.loads(json.dumps(whole))
        wrong["connectors"][0][member] = "../../../etc"
        (room.place / INDEX).write_text(json.dumps(wrong))
        with pytest.raises(StoreError):
            importing.imported(room.workspace)


def test_text_of_a_bundle_moves_no_cursor(room):
    evil = "A\x1b[2Jb\u202e"
    raw = bundle(name=evil, description=evil, manifest={"title": evil})
    assert room.look(raw).connectors[0].name == "A\ufffd[2Jb\ufffd"
    room.take(raw)
    assert card(room).name.isprintable()
    assert card(room).description.isprintable()
    assert importing.imported(room.workspace)[0].title.isprintable()


def test_two_at_once_take_turns(room):
    failed = []

    def take(raw, name):
        try:
            other = Importer(room.folder)
            path = room.file(raw, name)
            importing.take_in(other.workspace, path, clock=AT)
            other.workspace.close()
        except Rollback:
            failed.append(name)

    threads = [
        threading.Thread(target=take, args=(raw, f"{n}.ferrule"))
        for n, raw in enumerate([GOOD, NEWER, WIDER, GOOD])
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    index = room.index
    assert {one.folder for one in index.bundles} == {c.folder for c in index.connectors}
    for one in index.connectors:
        assert index.read(one.folder, one.file)
    highest = {c.version for c in index.connectors if c.id == ISSUES}
    assert highest == {"1.3.0"}


def test_a_folder_that_cannot_be_made_is_told(room):
    room.home.made().imports.write_text("in the way")
    with pytest.raises(StoreError, match="cannot be made"):
        room.take(GOOD)


class FullError(OSError):
    def __init__(self):
        super().__init__(28, "No space left on device")


def _refused(room, raw, why):
    """Take a bundle in; tell whether that was refused for this."""
    try:
        room.take(raw)
    except StoreError as error:
        return why in error.message
    return False


@pytest.mark.parametrize("nth", range(8))
def test_a_full_disk_leaves_what_was(room, monkeypatch, nth):
    room.take(GOOD, enable=ALL)
    before = room.kept()
    writes, real = iter(range(100)), os.fsync

    def fsync(number):
        if next(writes) == nth:
            raise FullError
        real(number)

    monkeypatch.setattr(os, "fsync", fsync)
    if _refused(room, NEWER, "No space left"):
        assert room.on_disk() == before[0]
        assert card(room).version == "1.2.0"
    monkeypatch.setattr(os, "fsync", real)
    room.take(NEWER)
    assert card(room).version == "1.3.0"


def test_a_full_database_leaves_what_was(room):
    """The rest of a disk is played by a cap on the number of pages."""
    room.take(GOOD, enable=ALL)
    with room.workspace.database.writing() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count={pages}")
    for number in range(3, 200):
        before, kept = room.index, room.kept()
        raw = bundle({ISSUES: f"1.{number}.0"}, f"3.{number}.0")
        if _refused(room, raw, "no room"):
            break
    else:
        pytest.fail("it never was full")
    assert room.index == before
    assert room.kept()[1:] == kept[1:]
    folders = {name.split("/")[0] for name in room.on_disk()} - {INDEX}
    assert folders == {one.folder for one in before.bundles}
