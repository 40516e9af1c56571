"""Lines as rows: a place for each from the start, read where they are seen."""

from array import array
from datetime import UTC, datetime

import pytest
from pytestqt.modeltest import ModelTester

from ferrule.store.operations import StoredOperation
from ferrule.ui.models.log_lines import (
    BLOCK,
    LogModel,
    log_columns,
    time_text,
    took_text,
)

NOW = datetime(2026, 2, 3, 12, tzinfo=UTC)


def line(number, message="a\nline"):
    return StoredOperation(
        id=number, project="p", at="2026-02-03T04:05:06.700Z", level="info",
        operation="sync", connector="c", connection="k", correlation="run:1",
        entity="", outcome="done", duration_ms=12.0, message=message, details={},
    )  # fmt: skip


def made(*ids):
    model = LogModel(log_columns([NOW]))
    model.show_ids(array("q", ids))
    return model


def test_a_line_that_is_not_read_is_asked_for_once(qtbot):
    model = made(*range(300, 0, -1))
    asked = []
    model.missed.connect(lambda: asked.append(1))
    assert model.rowCount() == 300
    assert model.row(0) is None
    assert model.row(BLOCK - 1) is None
    assert model.row(BLOCK) is None
    assert len(asked) == 2
    assert model.missing() == [0, 1]
    assert model.missing() == []


def test_a_block_is_filled_where_it_still_stands(qtbot):
    model = made(3, 2, 1)
    model.fill(0, [3, 2, 1], [line(3), None, line(1)])
    assert [model.known(at) and model.known(at).id for at in range(3)] == [3, None, 1]
    assert model.index(0, 4).data() == "a line"
    assert model.index(1, 4).data() is None
    other = made(4, 3)
    other.fill(0, [3, 2], [line(3), line(2)])
    assert other.known(0) is None


def test_lines_that_come_push_the_others_down(qtbot):
    model = made(2, 1)
    model.fill(0, [2, 1], [line(2), line(1)])
    model.put_above([line(4), line(3)])
    assert [row.id for row in model.rows()] == [4, 3, 2, 1]
    assert [model.find(number) for number in (4, 1, 9)] == [0, 3, -1]
    model.extend_ids(array("q", [4, 3, 2, 1, 0]))
    assert model.rowCount() == 5


def test_only_some_blocks_are_kept(qtbot):
    many = 80 * BLOCK
    model = made(*range(many, 0, -1))
    for block in range(80):
        ids = model.block_ids(block)
        model.fill(block, ids, [line(number) for number in ids])
    assert model.known(0) is None
    assert model.known(many - 1).id == 1
    assert len(model.rows()) == 60 * BLOCK


def test_it_is_a_model_as_qt_wants_it(qtmodeltester):
    model = made(3, 2, 1)
    model.fill(0, [3, 2, 1], [line(3), line(2), line(1)])
    qtmodeltester.check(model)
    assert isinstance(qtmodeltester, ModelTester)


def test_lines_are_copied_with_titles_and_without_line_ends(qtbot):
    rows = made(1).tsv([line(1)]).split("\n")
    assert rows[0].startswith("Time\tLevel\tConnector\tOperation\tMessage")
    assert "a line" in rows[1]


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(None, ""), (0.4, "0 ms"), (999, "999 ms"), (1_250, "1.2 s")],
)
def test_how_long_it_took(milliseconds, text):
    assert took_text(milliseconds) == text


def test_a_time_of_another_day_has_its_day():
    at = datetime(2026, 2, 3, 12, 0, 5, tzinfo=UTC).isoformat()
    assert time_text(at, NOW).count(":") == 2
    assert time_text("2026-01-03T12:00:05Z", NOW).startswith("01-03 ")
