"""An edge function's folder: its files, and what it says is not carried over."""

import base64
import json
from pathlib import Path

import pytest
from tests.support.hooked import hooked, raw

from ferrule import shipped
from ferrule.errors import DescriptorInvalid, InterchangeError
from ferrule.interchange.edge import EDGE_FILES, EdgeParts, edge_files

ROOT = shipped.resources() / "edge"
CONNECTORS = sorted(shipped.descriptors().glob("*/connectors/*.json"))
TEMPLATES = {name: (ROOT / name).read_bytes() for name in EDGE_FILES}


def made(document: bytes, **parts):
    return edge_files(EdgeParts(TEMPLATES, document, "0.1.0", **parts))


def told(report) -> list[str]:
    return [str(note) for note in (*report.kept, *report.changed, *report.dropped)]


def with_mapping(**changes) -> bytes:
    document = hooked()
    document["fieldMapping"] |= changes
    return raw(document)


def test_every_shipped_file_is_one_of_the_folder():
    assert {path.name for path in ROOT.iterdir()} == set(EDGE_FILES)


@pytest.mark.parametrize("path", CONNECTORS, ids=lambda path: path.stem)
def test_each_shipped_connector_can_be_written(path: Path):
    document = path.read_bytes()
    files, report = made(document)
    papers = {"connector.ts", "deno.json", "package.json", "README.md"}
    assert set(files) == {*EDGE_FILES, *papers}
    held = base64.b64encode(document).decode()
    assert held in files["connector.ts"].decode()
    assert json.loads(files["package.json"])["engines"] == {"node": ">=20"}
    assert report.kept
    assert all(str(note) in files["README.md"].decode() for note in report.dropped)


def test_the_same_document_gives_the_same_bytes():
    assert made(raw(hooked())) == made(raw(hooked()))


def test_what_stays_behind_is_told():
    asana = next(path for path in CONNECTORS if path.stem == "asana-tasks")
    said = "\n".join(told(made(asana.read_bytes())[1]))
    for part in ("delta", "pagination", "partition", "/auth", "/healthCheck"):
        assert part in said


def test_what_a_webhook_loses_is_told():
    order = {"create": {"endpoint": "https://api.hooked.example/h", "method": "POST"}}
    said = told(made(raw(hooked(subscription=order)))[1])
    for part in ("webhook", "deliveries", "subscription", "events/3"):
        assert any(part in line for line in said)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"tagsPath": "$.labels.`len`"}, "not portable"),
        ({"summaryTemplate": "{{$.a.`len`}}"}, "not portable"),
        (
            {
                "filter": {
                    "when": "$.a",
                    "operator": "matches",
                    "value": "[[:alpha:]]",
                }
            },
            "not carried over",
        ),
        (
            {
                "schema": {"type": "object"},
                "transforms": [{"op": "cast", "toSchema": True}],
            },
            "schema",
        ),
    ],
)
def test_a_stream_that_cannot_be_mapped_there_is_not_pretended(changes, why):
    with pytest.raises(InterchangeError) as caught:
        made(with_mapping(**changes))
    assert why in caught.value.advice


def test_one_stream_of_two_is_left_out_by_name():
    document = hooked()
    document["streams"] = [
        {"key": "good"},
        {"key": "odd", "fieldMapping": {"tagsPath": "$.labels.`len`"}},
    ]
    files, report = made(raw(document))
    assert 'UNCARRIED: readonly string[] = ["odd"];' in files["connector.ts"].decode()
    assert any("stream odd" in str(note) for note in report.dropped)


def test_a_text_that_only_looks_like_a_path_is_none():
    rule = {"when": "$.a", "operator": "equals", "value": "$5 off"}
    assert made(with_mapping(filter=rule))[1].kept


def test_a_bundle_comes_with_the_list_that_it_is_verified_against():
    with pytest.raises(InterchangeError):
        made(raw(hooked()), bundle=b"{}")
    files, report = made(raw(hooked()), bundle=b"{}", trust=b"[]")
    text = files["connector.ts"].decode()
    assert 'DESCRIPTOR: string = "";' in text
    assert base64.b64encode(b"{}").decode() in text
    assert any("step 12" in str(note) for note in report.dropped)


def test_what_is_no_descriptor_is_refused():
    with pytest.raises(DescriptorInvalid):
        made(b"{}")
