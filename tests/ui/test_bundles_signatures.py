"""A trust list that waits for signatures, signed in a real window with real keys."""

import pytest
from PySide6 import QtWidgets
from tests.ui.bundles_room import Desk, workshop
from tests.ui.catalogue_desk import clipped, nameless, until

from ferrule.credentials import Ref
from ferrule.ui import dialogs
from ferrule.workspace import shipping, trusting
from ferrule.workspace.home import Home
from ferrule.workspace.signing_keys import OWNER
from ferrule.workspace.workspace import Workspace

ID = "github-issues"
ROOTS = ("root@one", "root@two", "root@three")


@pytest.fixture(autouse=True)
def workspace(tmp_path, monkeypatch):
    with workshop(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def away(workspace):
    """Return the keys that are not here, of a list that three must sign."""
    for name in (*ROOTS, "marek"):
        shipping.new_key(workspace, name)
    trusting.init_trust(workspace, ROOTS, 3)
    kept = {}
    for name in ROOTS[1:]:
        kept[name] = workspace.vault.get(Ref(OWNER, name))
        workspace.vault.delete(Ref(OWNER, name))
    pem = shipping.export_key(workspace, "marek")
    assert trusting.trust_key(workspace, pem, [ID], "marek").missing == 2
    return kept


def give(workspace, away, *names):
    """Bring keys back into the vault."""
    for name in names:
        workspace.vault.put(Ref(OWNER, name), away[name])


def texts(widget):
    labels = widget.findChildren(QtWidgets.QLabel)
    return [one.text().replace("\u200b", "") for one in labels]


def test_it_says_how_far_it_is_and_what_it_changes(run, workspace, away, qtbot):
    desk = Desk(workspace, qtbot)

    async def work():
        async with desk:
            told = texts(desk.trusting.card.waiting)
            assert "A change waits: 1 of 3 signatures" in told
            assert "Signed by root@one." in told
            assert f"Lets marek sign {ID}" in told
            assert any(text.startswith("Adds the key marek: ") for text in told)
            assert any("Send " in text and "trust.next.json" in text for text in told)
            assert desk.button("bundles.cosign.root@one") is None

    run(work())


def test_a_key_that_is_here_signs_it_until_it_is_whole(run, workspace, away, qtbot):
    give(workspace, away, *ROOTS[1:])
    desk = Desk(workspace, qtbot)

    async def work():
        async with desk:
            card = desk.trusting.card
            assert card.waiting.isVisible()
            desk.button("bundles.cosign.root@two").click()
            await desk.settled("cosign")
            assert "A change waits: 2 of 3 signatures" in texts(card.waiting)
            assert desk.notices() == ["This waits for 1 signature of the root"]
            assert card.facts.version == 1
            desk.button("bundles.cosign.root@three").click()
            await desk.settled("cosign")
            assert card.waiting is None
            assert card.facts.version == 2
            assert "The list has all signatures: it is used" in desk.notices()

    run(work())
    (signer,) = trusting.signers(workspace)
    assert (signer.label, signer.connectors) == ("marek", (ID,))
    assert not workspace.project.trust.with_name("trust.next.json").exists()


def test_a_list_that_was_sent_is_signed_from_its_file(
    run, workspace, away, qtbot, tmp_path, monkeypatch
):
    give(workspace, away, *ROOTS[1:])
    sent = workspace.project.trust.with_name("trust.next.json")
    file = sent.rename(tmp_path / "sent.json")
    desk = Desk(workspace, qtbot)

    async def chosen(*_options):
        return file

    monkeypatch.setattr(dialogs, "choose_file", chosen)

    async def work():
        async with desk:
            card = desk.trusting.card
            assert card.waiting is None
            desk.button("bundles.take_list").click()
            await desk.settled("take list")
            assert "A change waits: 1 of 3 signatures" in texts(card.waiting)
            assert card.accepter is None
            for name in ROOTS[1:]:
                desk.button(f"bundles.cosign.{name}").click()
                await desk.settled("cosign")
            assert card.facts.version == 2

    run(work())


def test_where_there_is_no_list_yet_it_is_signed_then_compared(
    run, workspace, away, qtbot, tmp_path, monkeypatch
):
    sent = workspace.project.trust.with_name("trust.next.json")
    raw = sent.read_bytes()
    other = Workspace(Home(tmp_path / "another"))
    other.project.trust.unlink(missing_ok=True)
    file = tmp_path / "sent.json"
    file.write_bytes(raw)
    give(other, away, *ROOTS[1:])
    desk = Desk(other, qtbot)

    async def work():
        async with desk:
            card = desk.trusting.card
            await desk.page.trusting.offer(file)
            for name in ROOTS[1:]:
                desk.button(f"bundles.cosign.{name}").click()
                await desk.settled("cosign")
            assert "Signed with root@three: it is whole" in desk.notices()
            assert card.accepter is not None
            desk.button("bundles.root_compared").click()
            desk.button("bundles.accept_list").click()
            await desk.settled("accept")
            assert card.facts.version == 2

    run(work())
    other.close()


@pytest.mark.parametrize(("width", "height"), [(1180, 760), (948, 620)])
def test_it_has_names_and_nothing_is_clipped(
    run, workspace, away, qtbot, width, height
):
    give(workspace, away, *ROOTS[1:])
    desk = Desk(workspace, qtbot)

    async def work():
        async with desk:
            desk.page.resize(width, height)
            assert nameless(desk.page) == []
            await until(lambda: clipped(desk.page) == [])

    run(work())
