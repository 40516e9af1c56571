"""Walking pages and simulating a second sync in the Builder, against real services."""

import asyncio
import json
import time

import pytest
from PySide6 import QtCore, QtTest
from tests.support.fault_server import FaultServer
from tests.support.listing import SIZE, Listing, thing
from tests.support.promptness import in_time
from tests.support.sandbox import Sandbox
from tests.ui import reading
from tests.ui.builder_room import KEY, in_room, press, until
from tests.ui.catalogue_desk import clipped, nameless
from tests.workspace.faulty import described

from ferrule.exchange import Response
from ferrule.shipped import descriptors
from ferrule.ui.theme import theme
from ferrule.ui.widgets.builder.walk import Walking
from ferrule.ui.widgets.builder.walk_plan import WalkRow
from ferrule.ui.widgets.field import LineEdit
from ferrule.ui.widgets.response.fill import TIMING
from ferrule.ui.widgets.response.timing import Waterfall

KEYS = QtCore.Qt.Key
MODS = QtCore.Qt.KeyboardModifier


@pytest.fixture
def server():
    with FaultServer() as server:
        yield server


@pytest.fixture
def listing(server):
    return Listing([thing(number) for number in range(1, 8)]).at(server)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with Sandbox(tmp_path_factory.mktemp("sandbox"), items=230) as running:
        yield running


@pytest.fixture
def room(run, tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path))

    def enter(scenario, **options):
        run(in_room(tmp_path, scenario, **options))

    return enter


def document(server, **members):
    made = json.loads(described(**members))
    made["configFields"][0]["default"] = server.origin
    return made


def walking(room, made, step="paging"):
    """Open a draft at a step; return its part."""
    bench = room.page.open_document(made)
    bench.show_step(step)
    return next(p for p in room.page.desk.parts.of(bench) if isinstance(p, Walking))


async def over(part, seconds=6.0):
    await until(lambda: part.running, 2)
    await until(lambda: not part.running, seconds)


async def walked(room, made, wish="walk", step="paging"):
    part = walking(room, made, step)
    getattr(part, wish)()
    await over(part)
    await room.looked()
    return part


def row_on(bench):
    return bench.forms.page.findChild(WalkRow)


def test_the_button_on_the_step_walks_and_each_page_is_a_row(room, server, listing):
    async def scenario(room):
        part = walking(room, document(server))
        row_on(room.bench).walk.click()
        await over(part)
        table = part.page.table.rows
        texts = [[column.text(row) for column in table.columns] for row in table.rows()]
        heads = [column.title for column in table.columns]
        first = dict(zip(heads, texts[0], strict=True))
        assert first["Asked for"] == "first page"
        assert first["Named next"] == "2026-03-01T10:03:00Z/3"
        assert (first["Status"], first["Items"], first["Signals"]) == ("200", "3", "3")
        assert [row[heads.index("Items")] for row in texts] == ["3", "3", "1"]
        assert texts[-1][heads.index("Named next")] == "end"
        assert part.page.totals.text().startswith("3 pages · 7 items · 7 signals · ")
        assert part.page.said.told() == [
            ("ok", "No next page: $.next is empty or absent.")
        ]
        assert part.page.isVisible()

    room(scenario)


def test_shift_f5_walks_and_a_limit_is_said(room, server, listing):
    async def scenario(room):
        part = walking(room, document(server))
        part.page.plan.pages.setText("2")
        press(room.window, KEYS.Key_F5, MODS.ShiftModifier)
        await over(part)
        assert len(part.page.pages) == 2
        assert part.page.said.told() == [("info", "Limit reached: 2 pages.")]

    room(scenario)


def test_the_first_page_is_the_sample_and_a_click_takes_another(room, server, listing):
    async def scenario(room):
        part = await walked(room, document(server))
        bench, turner = room.bench, part.samples.turner
        assert bench.watch.sample is part.page.pages[0].response
        assert turner.text.text() == "page 1 of 3"
        assert not turner.back.isEnabled()
        assert len(bench.strip.rows()) == SIZE
        table = part.page.table
        place = table.visualRect(table.rows.index(2, 1)).center()
        left = QtCore.Qt.MouseButton.LeftButton
        QtTest.QTest.mouseClick(table.viewport(), left, pos=place)
        await room.looked()
        assert turner.text.text() == "page 3 of 3"
        assert len(bench.strip.rows()) == 1
        turner.back.click()
        await room.looked()
        assert bench.watch.sample is part.page.pages[1].response
        assert table.current_row() is part.page.pages[1]
        table.selectRow(0)
        table.setFocus()
        press(room.window, KEYS.Key_Return)
        assert turner.text.text() == "page 1 of 3"

    room(scenario)


def test_another_sample_is_not_called_a_page(room, server, listing):
    async def scenario(room):
        part = await walked(room, document(server))
        room.bench.take_sample(Response(200, (), b'{"items": []}'))
        await room.looked()
        assert part.samples.turner.isHidden()

    room(scenario)


def test_a_sample_that_was_there_stays(room, server, listing):
    async def scenario(room):
        part = walking(room, document(server))
        sample = Response(200, (), b'{"items": []}')
        room.bench.take_sample(sample)
        part.walk()
        await over(part)
        assert room.bench.watch.sample is sample

    room(scenario)


def test_ids_that_come_again_are_listed(room, server, listing):
    listing.body = lambda part, following: {
        "items": [thing(2, 1, title=f"again {following}"), *part[1:]],
        "next": following,
    }

    async def scenario(room):
        part = await walked(room, document(server))
        told = part.page.said.told()
        assert ("warning", "2 ids came again on a later page.") in told
        same = "1 id came again on the same page: of each one is kept."
        assert ("warning", same) in told
        where = "2 twice on page 1; 2 on page 2 (first on 1); 2 on page 3 (first on 1)"
        assert told[-1] == ("info", f"Came again: {where}.")
        shown = {
            column.key: not part.page.table.isColumnHidden(number)
            for number, column in enumerate(part.page.table.rows.columns)
        }
        assert shown["again"]
        assert not shown["errors"]

    room(scenario)


def test_a_failure_is_a_row_and_a_line_with_its_details(room, server, listing):
    listing.faults[2] = "too_many_3"

    async def scenario(room):
        part = await walked(room, document(server))
        level, words = part.page.said.told()[0]
        assert level == "error"
        assert "it asks to wait 3 s" in words
        assert part.page.pages[1].failure is not None
        assert part.page.totals.text().startswith("1 page")

    room(scenario)


def test_esc_ends_a_walk_within_a_fifth_of_a_second(room, server, listing):
    listing.faults[2] = "stall"

    async def scenario(room):
        part = walking(room, document(server))
        part.walk()
        await until(lambda: len(part.page.pages) == 1)
        assert part.page.plan.waiting.isVisible()
        began = time.monotonic()
        press(room.window, KEYS.Key_Escape)
        assert part.page.plan.waiting.isHidden()
        await until(lambda: not part.running)
        in_time(time.monotonic() - began, 0.2)
        assert part.page.said.told() == [("info", "You stopped the walk.")]
        assert len(part.page.pages) == 1

    room(scenario)


def test_a_draft_that_is_closed_ends_its_walk(room, server, listing):
    listing.faults[1] = "stall"

    async def scenario(room):
        part = walking(room, document(server))
        part.walk()
        await until(lambda: server.received)
        began = time.monotonic()
        room.page.close_current()
        name = next(n for n in room.page.desk.tasks._running if n.startswith("close"))
        await room.page.desk.tasks.wait(name)
        in_time(time.monotonic() - began, 0.5)

    room(scenario)


def test_a_second_walk_takes_the_place_of_one_under_way(room, server, listing):
    listing.faults[1] = "stall"

    async def scenario(room):
        part = walking(room, document(server))
        part.walk()
        await until(lambda: listing.asked)
        part.walk()
        await until(lambda: not part.running)
        assert [page.count for page in part.page.pages] == [3, 3, 1]
        assert part.page.said.told()[0][0] == "ok"

    room(scenario)


def test_what_is_lacking_is_asked_for_and_the_walk_goes_on_after_it(
    room, server, listing
):
    made = document(server)
    del made["configFields"][0]["default"]

    async def scenario(room):
        part = walking(room, made)
        part.walk()
        await until(room.bench.values.isVisible)
        assert part.page.pages == []
        (field,) = room.bench.values.config.findChildren(LineEdit)
        field.setText(server.origin)
        room.bench.values.send.click()
        await until(lambda: len(part.page.pages) == 3)

    room(scenario)


def test_a_broken_request_is_an_error_in_the_tab(room, server):
    made = document(server)
    made["ingestion"]["method"] = "FETCH"

    async def scenario(room):
        part = walking(room, made)
        part.walk()
        await until(part.page.said.told)
        assert part.page.said.told()[0][0] == "error"
        await until(lambda: not part.running)

    room(scenario)


def test_slices_can_be_chosen(room, server, listing):
    sites = {"partition": {"name": "site", "values": ["a", "b"], "param": "query:s"}}

    async def scenario(room):
        part = walking(room, document(server, polling=sites))
        plan = part.page.plan
        room.bench.strip.turn(part.tab)
        await until(plan.slices.isVisible)
        offered = [plan.slices.itemText(n) for n in range(plan.slices.count())]
        assert offered[-2:] == ["site=a", "site=b"]
        assert plan.windows.isHidden()
        plan.slices.setCurrentIndex(offered.index("site=b"))
        part.walk()
        await over(part)
        assert {query["s"] for query in listing.asked} == {"b"}
        assert {page.slice for page in part.page.pages} == {"site=b"}

    room(scenario)


def test_windows_can_be_chosen(room, server, listing):
    weeks = {
        "type": "window",
        "format": "iso8601",
        "startParam": "query:since",
        "start": "2026-02-01T00:00:00Z",
        "end": "2026-03-01T00:00:00Z",
        "step": "P7D",
    }

    async def scenario(room):
        made = document(server, delta=weeks, pagination={"type": "none"})
        part = walking(room, made, "incremental")
        room.bench.strip.turn(part.tab)
        await until(part.page.plan.windows.isVisible)
        part.page.plan.windows.set_value("last")
        part.walk()
        await over(part)
        assert [q["since"] for q in listing.asked] == ["2026-02-22T00:00:00Z"]

    room(scenario)


def test_a_second_sync_tells_what_changed_and_can_be_made_again(room, server, listing):
    def change(number):
        if number == 4:  # the first walk took three
            listing.things.append(thing(8, 20))

    listing.before = change

    async def scenario(room):
        part = await walked(room, document(server), "second_sync", "incremental")
        assert part.page.items.isVisible()
        rows = part.page.items.rows.rows()
        assert [(row.fate, row.id) for row in rows] == [
            ("new", "8"),
            ("unchanged", "7"),
        ]
        assert part.page.totals.text() == "1 new · 1 unchanged"
        assert part.page.plan.stir.isVisible()
        assert not part.page.plan.stir.isChecked()
        listing.things[0] = thing(1, 30, title="Other")
        part.page.plan.again.click()
        await over(part)
        rows = part.page.items.rows.rows()
        assert [(row.fate, row.id) for row in rows][:2] == [
            ("new", "8"),
            ("changed", "1"),
        ]
        assert [page.walk for page in part.page.pages] == [1, 1, 1, 2]
        part.page.plan.view.chosen.emit("pages")
        assert part.page.table.isVisible()

    room(scenario)


def test_a_changed_draft_offers_no_further_second_walk(room, server, listing):
    async def scenario(room):
        part = await walked(room, document(server), "second_sync", "incremental")
        assert part.page.plan.again.isVisible()
        room.draft.edit("/name", "Other")
        assert part.page.plan.again.isHidden()

    room(scenario)


def test_in_the_sandbox_something_changes(room, sandbox):
    path = descriptors() / "ferrule" / "connectors" / "sandbox-issues.json"
    made = json.loads(path.read_bytes())
    made["configFields"][0]["default"] = sandbox.url
    made["id"] = "sandbox-issues-copy"

    async def scenario(room):
        part = walking(room, made, "incremental")
        room.bench.strip.turn(part.tab)
        await until(part.page.plan.stir.isVisible)
        assert part.page.plan.stir.isChecked()
        part.page.plan.records.setText("1000")
        press(room.window, KEYS.Key_F5, MODS.ShiftModifier | MODS.ControlModifier)
        await over(part)
        told = [words for _, words in part.page.said.told()]
        assert any(words.startswith("Changed in the sandbox") for words in told)
        fates = {row.fate for row in part.page.items.rows.rows()}
        assert "changed" in fates
        assert "error" not in {level for level, _ in part.page.said.told()}

    room(scenario)


def test_the_timing_of_a_page_is_a_waterfall(room, server, listing):
    async def scenario(room):
        part = await walked(room, document(server))
        room.bench.explorer.pages.bar.setCurrentIndex(TIMING)
        timing = room.bench.explorer.timing
        name = timing.findChildren(Waterfall)[-1].accessibleName()
        assert "Connecting" in name
        assert "Waiting" in name
        part.samples.turn(1)
        await room.looked()
        name = timing.findChildren(Waterfall)[-1].accessibleName()
        assert "Connecting" not in name

    room(scenario)


def test_the_status_bar_counts_a_walk(room, server, listing):
    listing.faults[1] = "stall"

    async def scenario(room):
        counts = []
        room.page.jobs.connect(counts.append)
        part = walking(room, document(server))
        part.walk()
        await until(lambda: counts)
        part.cancel()
        await until(lambda: not part.running)
        await asyncio.sleep(0)
        assert (counts[0], counts[-1]) == (1, 0)

    room(scenario)


@pytest.mark.parametrize(
    ("size", "zoom"), [((1280, 800), 1.0), ((1024, 700), 1.0), ((1024, 700), 2.0)]
)
def test_everything_has_a_name_and_nothing_is_clipped(
    room, server, listing, size, zoom
):
    async def scenario(room):
        theme.set_zoom(zoom)
        part = await walked(room, document(server), "second_sync", "incremental")
        for view in ("items", "pages"):
            part.page.plan.view.chosen.emit(view)
            await asyncio.sleep(0)
            assert nameless(room.page) == []
            assert clipped(part.page) == []
        theme.set_zoom(1.0)

    room(scenario, size=size)


def test_the_step_fits_beside_a_wide_response_and_zooming_back_leaves_no_trace(
    room, server, listing
):
    async def scenario(room):
        walking(room, document(server))
        await room.looked()
        frame, form = room.bench.frame, room.bench.forms.page
        sizes = frame._across.sizes(), frame._down.sizes()
        for zoom in (2.0, 1.0):
            room.window.set_zoom(zoom)
            await asyncio.sleep(0.05)
        assert (frame._across.sizes(), frame._down.sizes()) == sizes
        frame._across.setSizes([100, 900])  # as far as it goes
        await asyncio.sleep(0.05)
        assert reading.spilled(frame) == []
        row = form.findChild(WalkRow)
        assert row.rect().contains(row.second.geometry())

    room(scenario, size=(1024, 700))
