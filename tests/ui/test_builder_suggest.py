"""Suggestions in the window: offered, never applied unasked, one step of undo."""

import asyncio
import json
import time

import pytest
from PySide6 import QtCore, QtTest
from tests.ui.builder_room import KEY, document_from, in_room, press, until
from tests.ui.catalogue_desk import clipped, nameless

from ferrule.exchange import Response
from ferrule.ui.theme import theme
from ferrule.ui.widgets.builder.suggest import Suggestions

KEYS = QtCore.Qt.Key
CTRL = QtCore.Qt.KeyboardModifier.ControlModifier
SHIFT = QtCore.Qt.KeyboardModifier.ShiftModifier
ITEMS = [
    {
        "id": n,
        "key": f"K-{n}",
        "title": f"Fix number {n}",
        "updated_at": f"2026-02-03T04:{n % 60:02d}:00Z",
        "created_at": "2026-02-01T00:00:00Z",
        "state": "open" if n % 3 else "closed",
        "user": {"login": f"u{n % 5}"},
        "labels": [{"name": "bug"}],
    }
    for n in range(1, 101)
]
BODY = {"total": 942, "next_cursor": "abc", "items": ITEMS}


def answered(body, status=200):
    raw = json.dumps(body).encode()
    return Response(status, (("content-type", "application/json"),), raw)


@pytest.fixture
def room(run, tmp_path, monkeypatch):
    """Return what runs a scenario in a window over this test's own directory."""
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path))

    def enter(scenario, **options):
        run(in_room(tmp_path, scenario, **options))

    return enter


async def suggested(room, body=None, document=None, status=200):
    """Open a draft over a sample and return its part, once there are suggestions."""
    opened = document or document_from("https://api.example.com/v1/issues?limit=100")
    bench = room.page.open_document(opened)
    bench.take_sample(answered(BODY if body is None else body, status))
    bench.show_step("mapping")
    parts = room.page.desk.parts.of(bench)
    part = next(part for part in parts if isinstance(part, Suggestions))
    await until(lambda: part.found)
    await room.looked()
    return part


async def again(room, part):
    """Wait until suggestions follow the last change of the draft."""
    await room.looked()
    await until(lambda: not part._later.isActive())
    await part.tasks.wait("suggest")


def topics(part):
    return [one.topic for one in part.page.listed()]


def named(part, topic):
    return next(one for one in part.page.listed() if one.topic == topic)


def test_a_response_brings_suggestions_with_reasons_and_changes_nothing(room):
    async def scenario(room):
        part = await suggested(room)
        assert {"items", "summary", "types", "people", "tags", "paging"} <= {
            *topics(part)
        }
        items = named(part, "items")
        assert (items.now, items.then) == ("$", "$.items")
        assert "100 items" in items.reason
        assert items.suggestion.confidence == "sure"
        assert part.bar.isVisible()
        assert part.bar.count.text() == f"{len(part.found)} suggestions"
        assert room.draft.undoable is None
        assert room.bench.strip.bar.tabText(part.tab) == "Suggestions"

    room(scenario)


def test_apply_all_is_one_step_of_undo_and_gives_signals(room):
    async def scenario(room):
        part = await suggested(room)
        before = room.draft.document
        part.bar.apply.click()
        await again(room, part)
        mapping = room.draft.value("/fieldMapping")
        assert mapping["itemsPath"] == "$.items"
        assert mapping["participantsPath"] == "$.user.login"
        assert room.draft.value("/ingestion/pagination/type") == "cursor"
        rows = room.bench.strip.rows()
        assert len(rows) == len(ITEMS)
        assert room.bench.strip.signals.isVisible()
        assert {row.kind for row in rows} == {"issue_closed", "issue_updated"}
        assert not any(one.joined for one in part.found)
        assert room.draft.undo() == "Suggestions"
        assert room.draft.document == before
        assert room.draft.undoable is None
        await again(room, part)
        assert part.bar.apply.isVisible()

    room(scenario)


def test_all_of_it_is_reached_by_keys(room):
    async def scenario(room):
        part = await suggested(room)
        room.window.commands.trigger("builder.suggestions")
        assert part.page.table.hasFocus()
        assert part.page.table.current().topic == "items"
        press(room.window, KEYS.Key_Return)
        await again(room, part)
        assert room.draft.value("/fieldMapping/itemsPath") == "$.items"
        assert "items" not in topics(part)
        assert room.draft.undoable == "Suggestion: items"
        gone = part.page.table.current().topic
        press(room.window, KEYS.Key_Delete)
        assert gone not in topics(part)
        press(room.window, KEYS.Key_A, CTRL | SHIFT)
        await again(room, part)
        assert room.draft.undoable == "Suggestions"
        assert gone not in topics(part)

    room(scenario)


def test_a_click_on_apply_takes_one_row(room):
    async def scenario(room):
        part = await suggested(room)
        part.review()
        table = part.page.table
        row = topics(part).index("people")
        keys = [column.key for column in table.rows.columns]
        index = table.rows.index(row, keys.index("apply"))
        table.scrollTo(index)
        place = table.visualRect(index).center()
        left = QtCore.Qt.MouseButton.LeftButton
        QtTest.QTest.mouseClick(table.viewport(), left, pos=place)
        await again(room, part)
        assert room.draft.value("/fieldMapping/participantsPath") == "$.user.login"
        assert room.draft.value("/fieldMapping/itemsPath") == "$"
        assert "people" not in topics(part)

    room(scenario)


def test_an_alternative_is_taken_from_the_menu_and_settles_its_topic(room):
    async def scenario(room):
        part = await suggested(room)
        one = next(one for one in part.page.listed() if one.alternatives)
        other = one.alternatives[0]
        menu = part.page.table.menu_of(one)
        texts = [action.text() for action in menu.actions() if action.text()]
        assert texts[1].startswith(f"Apply {other.then} — ")
        assert texts[-1] == "Dismiss"
        menu.actions()[1].trigger()
        await again(room, part)
        (told,) = [c for c in other.suggestion.changes.items() if c[0] == other.pointer]
        assert room.draft.value(told[0]) == told[1]
        assert one.topic not in topics(part)

    room(scenario)


def test_what_a_person_wrote_and_what_holds_is_left_alone_by_apply_all(room):
    async def scenario(room):
        part = await suggested(room)
        room.draft.edit("/fieldMapping/itemsPath", "$.items")
        room.draft.edit("/fieldMapping/summaryTemplate", "{{key}}: {{title}}")
        rule = {"when": "$.id", "operator": "exists", "then": "mine"}
        room.draft.edit("/fieldMapping/signalTypeRules", [rule])
        await again(room, part)
        part.apply_all()
        assert room.draft.value("/fieldMapping/summaryTemplate") == "{{key}}: {{title}}"
        assert room.draft.value("/fieldMapping/signalTypeRules") == [rule]
        assert room.draft.value("/fieldMapping/tagsPath") == "$.labels[*].name"

    room(scenario)


def test_a_stream_gets_its_suggestions_into_its_own_patch(room):
    async def scenario(room):
        document = document_from("https://api.example.com/v1/issues")
        document["streams"] = [{"key": "one", "polling": {"endpoint": "/one"}}]
        part = await suggested(room, document=document)
        assert room.bench.level.level == 0
        part.apply_all()
        assert room.draft.value("/fieldMapping/itemsPath") == "$"
        stream = room.draft.value("/streams/0")
        assert stream["fieldMapping"]["itemsPath"] == "$.items"
        assert stream["polling"]["pagination"]["type"] == "cursor"

    room(scenario)


def test_trouble_is_told_and_there_is_nothing_to_apply(room):
    async def scenario(room):
        part = await suggested(room, {"message": "Bad credentials"}, status=401)
        assert topics(part) == ["notice"]
        assert part.bar.isVisible()
        assert "Bad credentials" in part.bar.about.text()
        assert not part.bar.apply.isVisible()
        assert not part.page.all.isEnabled()

    room(scenario)


def test_records_behind_a_wrong_path_are_asked_about(room):
    async def scenario(room):
        document = document_from("https://api.example.com/v1/issues")
        document["fieldMapping"]["itemsPath"] = "$.records"
        part = await suggested(room, {"data": ITEMS}, document)
        assert "is the list at $.data" in part.bar.about.text()
        part.apply_all()
        assert room.draft.value("/fieldMapping/itemsPath") == "$.data"

    room(scenario)


def test_the_line_goes_away_for_this_sample_and_moves_with_the_step(room):
    async def scenario(room):
        part = await suggested(room)
        for step in ("request", "paging", "mapping"):
            room.bench.show_step(step)
            await until(part.bar.isVisible)
            assert room.bench.forms.page.isAncestorOf(part.bar)
        part._put_bar_away()
        room.draft.edit("/fieldMapping/tagsPath", "$.x")
        await again(room, part)
        assert not part.bar.isVisible()
        room.draft.edit("/ingestion/mode", "webhook")  # all pages are made anew
        await again(room, part)
        room.bench.take_sample(answered({"items": ITEMS[:50]}))
        await until(lambda: not part._away)
        await again(room, part)

    room(scenario)


def test_a_10_mb_response_costs_the_window_no_more_than_6_ms(room):
    many = [
        {**ITEMS[n % 100], "id": n, "body": "lorem ipsum " * 80} for n in range(8500)
    ]

    async def scenario(room):
        part = await suggested(room)
        response = answered({"items": many})
        assert len(response.body) > 9_900_000
        room.bench.take_sample(response)
        await until(lambda: isinstance(room.bench.watch.body, dict), 8)
        await until(lambda: part._response is response, 8)
        await again(room, part)
        assert "8,500 items" in named(part, "items").reason.replace("8500", "8,500")
        costs = []
        for call in (part._start, lambda: part._show(part.found)):
            for _ in range(5):
                began = time.perf_counter()
                call()
                costs.append((time.perf_counter() - began) * 1000)
        await part.tasks.wait("suggest")
        assert sorted(costs)[len(costs) // 2] <= 6

    room(scenario)


@pytest.mark.parametrize(("size", "zoom"), [((1280, 800), 1.0), ((1280, 800), 2.0)])
def test_everything_has_a_name_and_nothing_is_clipped(room, size, zoom):
    async def scenario(room):
        theme.set_zoom(zoom)
        part = await suggested(room)
        part.review()
        await asyncio.sleep(0.05)  # the layout follows
        assert nameless(part.page) == []
        assert nameless(part.bar) == []
        assert clipped(part.page) == []
        assert clipped(part.bar) == []
        spoken = part.page.table.rows.index(0, 1).data(
            QtCore.Qt.ItemDataRole.AccessibleTextRole
        )
        assert spoken == "suggested: $.items"
        theme.set_zoom(1.0)

    room(scenario, size=size)
