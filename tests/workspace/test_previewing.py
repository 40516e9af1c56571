"""The live preview: the signals of the sync, also of a draft that is half-typed."""

import msgspec
import pytest
from tests.cli.test_run import unseen
from tests.sync.scripted import MemorySink, answer, item, run

from ferrule.workspace.previewing import (
    path_facts,
    preview,
    template_facts,
)

BODY = [
    {
        "id": number,
        "title": f"T{number}",
        "state": "open",
        "updated_at": "2026-01-01T00:00:00Z",
        "user": {"login": "ada"},
        "labels": [{"name": "bug"}, {"name": "ui"}],
    }
    for number in range(1, 5)
]


def document(**mapping: object) -> dict:
    made = unseen("link")
    made["fieldMapping"] = {**made["fieldMapping"], **mapping}
    return made


def test_a_preview_row_is_what_the_sync_stores():
    made = document()
    made["ingestion"]["endpoint"] = "https://api.example.com/things"
    made["healthCheck"]["endpoint"] = "https://api.example.com/health"
    sink = MemorySink()
    run(made, [answer(BODY)], sink=sink)
    stored = [signal for batch in sink.batches for signal in batch.signals]
    shown = preview(made, BODY, collection_key="unseen_link", connection="things").rows
    for row, signal in zip(shown, stored, strict=True):
        same = msgspec.structs.replace(
            row.signal,
            id=signal.id,
            project_id=signal.project_id,
            stream=signal.stream,
        )
        assert same == signal


def test_a_preview_shows_shapes_transforms_and_what_goes_as_the_sync_does():
    mapping = {
        "itemsPath": "$.things",
        "itemsShape": "object",
        "idPath": "$.key",
        "transforms": [
            {"op": "rename", "from": "_key", "to": "key"},
            {"op": "set", "path": "title", "value": "{{title|upper}}"},
        ],
        "fields": {"n": {"path": "$.n", "as": "integer"}},
        "archivedWhen": {"when": "$.state", "operator": "equals", "value": "old"},
        "deletedWhen": {"when": "$.state", "operator": "equals", "value": "gone"},
    }
    at = {"updated_at": "2026-01-01T00:00:00Z", "title": "t", "n": "1"}
    body = {
        "things": {
            "a": at,
            "b": {**at, "state": "old"},
            "c": {"state": "gone"},
            "d": {**at, "n": "x"},
        }
    }
    found = preview(document(**mapping), body)
    assert (found.archived, found.deleted, found.failed) == (1, 1, 1)
    assert found.skipped == 0
    summaries = [row.signal.summary for row in found.rows if row.signal]
    assert [summary.split()[0] for summary in summaries] == ["T", "T"]
    assert [row.signal.fields for row in found.rows if row.signal] == [{"n": 1}] * 2
    assert [item["key"] for item in found.changed] == ["a", "b", "c", "d"]


def test_the_figures_of_a_preview():
    body = [*BODY, {"id": 9}, item(10, title=None)]
    made = document(filter={"when": "$.id", "operator": "not_equals", "value": 1})
    found = preview(made, body)
    assert (found.total, found.ok, found.warned, found.failed, found.skipped) == (
        6,
        3,
        1,
        1,
        1,
    )
    assert found.without("tags") == 1


def test_a_sample_is_mapped_and_the_rest_counted():
    found = preview(document(), BODY * 100, limit=5)
    assert (len(found.rows), found.total) == (5, 400)


def test_an_optional_member_with_a_problem_is_left_out():
    found = preview(document(tagsPath="$.[", priorityMapping=[{"when": 3}]), BODY)
    assert found.ok == 4
    assert {p.pointer.split("/")[2] for p in found.problems} == {
        "tagsPath",
        "priorityMapping",
    }


@pytest.mark.parametrize("member", ["idPath", "itemsPath", "timestampPath"])
def test_a_required_member_with_a_problem_blocks(member):
    found = preview(document(**{member: "$.["}), BODY)
    assert found.rows == []
    assert found.blocked


def test_a_stream_is_previewed_with_what_it_inherits():
    made = document()
    made["streams"] = [
        {"key": "one"},
        {"key": "two", "fieldMapping": {"summaryTemplate": "two {{title}}"}},
    ]
    assert preview(made, BODY, stream="one").rows[0].signal.summary == "T1 by ada"
    assert preview(made, BODY, stream="two").rows[0].signal.summary == "two T1"


PATHS = [
    ("", "empty", 0, ()),
    ("$.id", "all", 4, ("1", "2", "3")),
    ("$.labels[*].name", "all", 8, ("bug", "ui", "bug")),
    ("$.nothing", "none", 0, ()),
    ("$.user", "all", 4, ("{1}", "{1}", "{1}")),
    ("$.labels", "all", 4, ("[2]", "[2]", "[2]")),
    ("$.[", "error", 0, ()),
]


@pytest.mark.parametrize(("text", "state", "count", "values"), PATHS)
def test_what_a_path_matches(text, state, count, values):
    found = path_facts(text, BODY)
    assert (found.state, found.count, found.values) == (state, count, values)
    assert (found.column is not None) == (state == "error")


def test_a_path_that_matches_some_items_is_partial():
    found = path_facts("$.extra", [{"extra": 1}, {}])
    assert (found.state, found.matched, found.of, found.kind) == (
        "partial",
        1,
        2,
        "number",
    )


def test_a_path_that_other_engines_lack_is_marked():
    found = path_facts("$.labels.`len`", BODY)
    assert not found.portable
    assert found.reason


def test_what_a_template_gives():
    found = template_facts("{{title}}-{{gone}}", BODY)
    assert (found.matched, found.of, found.values[0]) == (0, 4, "T1-")
    assert template_facts("{{", BODY).column is not None
