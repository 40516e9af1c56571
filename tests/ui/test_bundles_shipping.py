"""Composing against the bundle before: what changed, raising versions, several keys."""

import asyncio
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6 import QtWidgets
from tests.ui.builder_room import until
from tests.ui.bundles_room import Desk, workshop

from ferrule import shipped
from ferrule.clock import SystemClock, day_words
from ferrule.ui.models.messages import OpenDescriptor
from ferrule.ui.models.shipping_desk import CheckRun, Composed, ShippingDesk, Stopped
from ferrule.ui.theme import theme
from ferrule.ui.widgets.choice import CheckBox
from ferrule.workspace import shipping

IDS = ("github-issues", "second-one")


@pytest.fixture(autouse=True)
def workspace(tmp_path, monkeypatch):
    with workshop(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def folder(workspace):
    """Return a folder of the project's own with two connectors, exported once."""
    own = workspace.project.descriptors / "github"
    shutil.copytree(shipped.descriptors() / "github", own)
    manifest = json.loads((own / "bundle.json").read_bytes())
    first = json.loads((own / "connectors" / f"{IDS[0]}.json").read_bytes())
    written(own, IDS[1], first | {"id": IDS[1], "name": "Second One"})
    (own / "connectors" / "github-prs.json").unlink()
    shutil.rmtree(own / "migrations" / "github-prs")
    shutil.rmtree(own / "fixtures" / "github-prs")
    manifest["version"] = "1.1.0"
    named = [one for one in manifest["connectors"] if one["id"] == IDS[0]]
    manifest["connectors"] = named
    manifest["fixtures"] = [one for one in manifest["fixtures"] if "-prs/" not in one]
    entry = {"id": IDS[1], "version": "1.1.0", "file": f"connectors/{IDS[1]}.json"}
    manifest["connectors"].append(entry)
    (own / "bundle.json").write_text(json.dumps(manifest))
    shipping.new_key(workspace, "anna")
    out = workspace.home.path / "first.ferrule"
    shipping.sign_bundle(workspace, shipping.read_folder(own), IDS, ["anna"], out)
    return own


@pytest.fixture
def desk(workspace, qtbot):
    return Desk(workspace, qtbot)


def written(own, connector_id, document):
    path = own / "connectors" / f"{connector_id}.json"
    path.write_text(json.dumps(document, indent=2))


def edited(own, **members):
    path = own / "connectors" / f"{IDS[0]}.json"
    document = json.loads(path.read_bytes())
    document["fieldMapping"]["idPath"] = members.get("id_path", "$.node_id")
    written(own, IDS[0], document)


def chips(desk):
    rows = desk.compose.rows
    return {key: row.step.text() for key, row in rows.items() if row.step.isVisible()}


def version(own):
    document = json.loads((own / "connectors" / f"{IDS[0]}.json").read_bytes())
    manifest = json.loads((own / "bundle.json").read_bytes())
    listed = {one["id"]: one["version"] for one in manifest["connectors"]}
    return document["version"], listed[IDS[0]], manifest["version"]


def test_each_connector_says_how_it_changed_since_the_bundle_before(run, desk, folder):
    edited(folder)

    async def work():
        async with desk:
            await desk.choose("github")
            assert desk.compose.was.text() == "was 1.1.0"
            assert desk.compose._heads[2].text() == "Since 1.1.0"
            assert chips(desk) == {IDS[0]: "major", IDS[1]: "unchanged"}
            desk.button(f"bundles.connector.{IDS[1]}").click()
            await desk.settled("check")
            row = desk.compose.rows[IDS[1]]
            assert row.host.text() == "Not included"
            assert chips(desk) == {IDS[0]: "major", IDS[1]: "gone"}
            assert row.box.accessibleDescription() == f"{IDS[1]} 1.1.0 gone"

    run(work())


def test_versions_that_are_due_are_raised_in_one_press_and_put_back(run, desk, folder):
    edited(folder)

    async def work():
        async with desk:
            await desk.choose("github")
            assert not desk.checks.passed
            assert desk.button("bundles.raise").text() == "Raise to 2.0.0"
            desk.button("bundles.raise").click()
            await desk.settled("raise", "read", "check")
            assert version(folder) == ("2.0.0", "2.0.0", "2.0.0")
            assert desk.notices() == ["Raised the versions"]
            assert desk.compose.version.text() == "2.0.0"
            assert (
                desk.button("bundles.raise") is None
                or not desk.button("bundles.raise").isVisible()
            )
            changes = next(x for x in desk.checks.lines if x.section == "changes")
            assert changes.ok is None
            desk.button("bundles.undo_raise").click()
            await desk.settled("raise", "read", "check")
            assert version(folder) == ("1.1.0", "1.1.0", "1.1.0")

    run(work())


def test_a_breaking_change_leads_to_its_difference_in_the_builder(run, desk, folder):
    edited(folder)
    gone = []

    async def work():
        async with desk:
            desk.page.go.connect(lambda key, what: gone.append((key, what)))
            await desk.choose("github")
            desk.button("bundles.show_diff").click()
            await desk.settled("compare")

    run(work())
    ((key, what),) = gone
    assert key == "builder"
    assert isinstance(what, OpenDescriptor)
    assert what.connector_id == IDS[0]
    assert what.against.is_file()


def test_of_several_breaking_connectors_one_is_picked(run, desk, folder):
    edited(folder)
    path = folder / "connectors" / f"{IDS[1]}.json"
    document = json.loads(path.read_bytes())
    document["fieldMapping"]["idPath"] = "$.node_id"
    written(folder, IDS[1], document)
    gone = []

    async def work():
        async with desk:
            desk.page.go.connect(lambda _key, what: gone.append(what.connector_id))
            await desk.choose("github")
            show = desk.button("bundles.show_diff")
            picks = show.findChild(QtWidgets.QMenu).actions()
            assert [one.text() for one in picks] == list(IDS)
            assert show.accessibleDescription().startswith("What changed: pick one")
            for pick in picks:
                pick.trigger()
                await desk.settled("compare")

    run(work())
    assert gone == list(IDS)


def test_a_box_stands_before_the_tile_and_the_name(run, desk):
    async def work():
        async with desk:
            await desk.choose("github")
            box = desk.compose.rows[IDS[0]].box
            picture = box.grab().toImage()

            def inks(left, right):
                ratio = picture.devicePixelRatio()
                across = range(round(left * ratio), round(right * ratio))
                down = range(picture.height())
                return {picture.pixelColor(x, y).name() for x in across for y in down}

            accent = theme.colour("accent").name()
            assert accent in inks(2, 18)
            assert len(inks(19, 27)) == 1
            assert len(inks(28, 48) - inks(19, 27)) > 1
            assert accent not in inks(28, 48)
            wide = CheckBox(box.text()).sizeHint().width()
            assert box.sizeHint().width() == wide + theme.px(box.front)

    run(work())


def test_a_key_says_when_it_was_created(run, desk, workspace):
    shipping.new_key(workspace, "anna")

    async def work():
        async with desk:
            today = day_words(SystemClock().now().astimezone())
            assert f"Created {today}" in told()
            key = replace(desk.signing.keys["anna"], made_at=None)
            desk.signing.show_keys([key], can_store=True, why="")
            assert "Created: unknown" in told()

    def told():
        labels = desk.signing.findChildren(QtWidgets.QLabel)
        return [one.text() for one in labels]

    run(work())


def test_shipped_folders_offer_no_raising(run, desk, workspace, tmp_path):
    shipping.new_key(workspace, "anna")
    source = shipping.read_folder(shipped.descriptors() / "github")
    name = f"connectors/{IDS[0]}.json"
    older = json.loads(source[name])
    older["fieldMapping"]["idPath"] = "$.node_id"
    files = source | {name: json.dumps(older).encode()}
    shipping.sign_bundle(workspace, files, IDS[:1], ["anna"], tmp_path / "b.ferrule")

    async def work():
        async with desk:
            await desk.choose("github")
            assert desk.compose.folder().origin == "shipped"
            assert chips(desk) == {IDS[0]: "major"}
            assert desk.button("bundles.raise") is None
            assert desk.button("bundles.show_diff") is None

    run(work())


def test_several_keys_sign_together_and_each_shows_its_words(
    run, desk, workspace, tmp_path
):
    for name in ("anna", "marek"):
        shipping.new_key(workspace, name)
    out = tmp_path / "b.ferrule"

    async def work():
        async with desk:
            await desk.choose("github")
            assert desk.signing.key_names() == ["anna"]
            desk.button("bundles.key.marek").click()
            assert desk.track._steps[2].caption == "2 keys"
            for name, block in desk.signing.blocks.items():
                assert block.isVisible()
                words = desk.signing.keys[name].words
                assert block.words.text().split() == list(words)
                spoken = f"Fingerprint in words: {' '.join(words)}"
                assert block.words.accessibleName() == spoken
            desk.button("bundles.key.anna").click()
            desk.button("bundles.key.marek").click()
            assert not desk.sign.isEnabled()
            desk.button("bundles.key.anna").click()
            desk.button("bundles.key.marek").click()
            await desk.page.sign_into(out)
            await desk.settled("verify")

    run(work())
    assert len(json.loads(out.read_bytes())["dsseEnvelope"]["signatures"]) == 2


def test_with_fixtures_looks_for_people_and_puts_them_in(
    run, desk, workspace, tmp_path
):
    shipping.new_key(workspace, "anna")
    out = tmp_path / "b.ferrule"

    async def work():
        async with desk:
            await desk.choose("github")
            assert not desk.compose.fixtures.isChecked()
            assert "people" not in {line.section for line in desk.checks.lines}
            desk.button("bundles.with_fixtures").click()
            await desk.settled("check")
            assert "people" in {line.section for line in desk.checks.lines}
            await desk.page.sign_into(out)

    run(work())
    names = [one["name"] for one in json.loads(out.read_bytes())["files"]]
    assert any(name.startswith("fixtures/") for name in names)


def test_a_check_is_stopped_between_two_fixtures(run, desk, folder):
    async def work():
        async with desk:
            await desk.choose("github")
            desk.composing.check()
            desk.composing.stop()
            await desk.settled("check")
            assert not desk.sign.isEnabled()
            labels = desk.checks.findChildren(QtWidgets.QLabel)
            assert "The check was stopped." in [label.text() for label in labels]

    run(work())
    halted = CheckRun()
    halted.stop()
    with pytest.raises(Stopped):
        halted.note(1)


def test_a_stopped_check_gives_nothing(run, workspace):
    folder = shipped.descriptors() / "github"
    halted = CheckRun()
    halted.stop()

    async def work():
        return await ShippingDesk(workspace).check(Composed(folder, IDS[:1]), halted)

    assert run(work()) is None


def test_a_long_check_says_for_how_long_and_can_be_cancelled(run, desk):
    async def work():
        async with desk:
            desk.checks.show_running()
            await until(lambda: desk.checks.waiting is not None)
            desk.checks.show_done(7)
            await asyncio.sleep(0)
            assert desk.checks.running
            desk.checks.waiting.cancel.click()
            assert not desk.checks.running
            desk.checks.show_running()
            desk.page.commands.action("bundles.stop").trigger()
            assert not desk.checks.running
            desk.composing.check()
            await desk.settled("check")
            desk.page.commands.action("bundles.stop").trigger()
            assert desk.checks.lines

    run(work())


def test_what_was_ticked_stays_when_the_page_is_read_again(run, desk, folder):
    async def work():
        async with desk:
            await desk.choose("github")
            desk.button(f"bundles.connector.{IDS[1]}").click()
            await desk.settled("check")
            desk.page.activated()
            await desk.settled("read", "check")
            return desk.compose.chosen()

    assert run(work()) == [IDS[0]]
    assert Path(folder).is_dir()
