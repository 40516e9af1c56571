"""The lines of a run are those that the published schema describes."""

import json
from pathlib import Path

import pytest
from tests.support.progress import DEFINED, SCHEMA, line_faults
from tests.sync.scripted import BASE, answer, document, item, run

from ferrule.descriptor.schema import published
from ferrule.errors import AuthRefused
from ferrule.redaction import live
from ferrule.store.records import Counts
from ferrule.sync.events import Event, camel, ended, line_bytes
from ferrule.sync.schema import progress_schema, schema_of


def test_the_published_schema_is_up_to_date():
    assert SCHEMA.read_text("utf-8") == published(progress_schema())


@pytest.mark.parametrize("event", Event.__subclasses__(), ids=lambda event: event.type)
def test_the_schema_names_the_members_of_every_event(event):
    wire = [camel(name) for name in event.__struct_fields__]
    assert sorted(DEFINED[event.type]["properties"]) == sorted(["type", *wire])
    assert set(DEFINED[event.type]["required"]) == {"type", *wire}


def test_the_lines_of_a_run_fit_the_schema():
    trial = run(
        document(mapping={"createdPath": "$.created_at"}),
        [
            answer([item(1), {"title": "no id"}], link=f"{BASE}/things?page=2"),
            answer([]),
        ],
    )
    kinds = set()
    for event in trial.events:
        line = json.loads(line_bytes(event.wire()))
        kinds.add(line["type"])
        assert line_faults(line) == []
    assert kinds == {"stream", "item_error", "batch", "notice", "stream_end"}


@pytest.mark.parametrize(
    "line",
    [
        {"type": "notice", "stream": "issues"},
        {"type": "notice", "stream": "issues", "message": None},
        {"type": "stream_end", "stream": "issues", "pages": -1, "whole": True},
        {"type": "stream_end", "stream": "issues", "pages": 1, "whole": 1},
        {"type": "notice", "stream": "issues", "message": "", "more": 1},
    ],
)
def test_other_lines_do_not_fit_the_schema(line):
    assert line_faults(line)


def test_a_type_that_no_line_has_is_refused():
    with pytest.raises(TypeError, match="no schema"):
        schema_of(set[int])


def test_an_error_is_told_without_a_secret():
    live.add("a-secret-of-some-length")
    last = ended(
        run=1,
        status="failed",
        counts=Counts(),
        skipped=0,
        pages=0,
        seconds=0.12345,
        checkpoints={},
        failure=AuthRefused("a-secret-of-some-length is wrong.", advice=""),
    )
    assert (last.error, last.advice) == ("•••••••• is wrong.", None)
    assert (last.failure, last.seconds) == ("AuthRefused", 0.123)


def test_the_documentation_names_every_line():
    text = (Path(__file__).parents[2] / "docs" / "progress.md").read_text("utf-8")
    for kind, schema in DEFINED.items():
        if kind in {"counts", "normalised_signal"}:
            continue
        assert f"`{kind}`" in text
        for name in schema["properties"]:
            assert f"`{name}`" in text, f"{kind}.{name}"
