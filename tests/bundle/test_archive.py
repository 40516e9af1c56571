"""The bundle file has one shape."""

import json

import pytest
from tests.bundle import acme

from ferrule.bundle import MAX_BUNDLE
from ferrule.bundle.archive import read_archive, write_archive
from ferrule.errors import MalformedBundle


def test_it_is_canonical_json_with_files_by_name():
    raw = write_archive({"x": 1}, {"docs/b.md": b"b", "bundle.json": b"{}"})
    assert raw == (
        b'{"dsseEnvelope":{"x":1},"files":[{"content":"e30=","name":"bundle.json"},'
        b'{"content":"Yg==","name":"docs/b.md"}],'
        b'"mediaType":"application/vnd.ferrule.bundle.v1+json"}'
    )


def test_one_that_no_reader_takes_is_not_written():
    with pytest.raises(MalformedBundle, match="the limit is 8388608"):
        write_archive({}, {"docs/a.bin": bytes(MAX_BUNDLE)})


def test_material_for_other_tools_is_not_looked_at():
    value = json.loads(acme.bundle()) | {"verificationMaterial": {"anything": [1]}}
    assert len(read_archive(value).files) == 7


@pytest.mark.parametrize(
    "change",
    [
        {"mediaType": "application/json"},
        {"mediaType": None},
        {"files": {}},
        {"files": [{"name": "a"}]},
        {"files": [{"name": "a", "content": "", "mode": 0o777}]},
        {"files": [{"name": 1, "content": ""}]},
        {"files": [{"name": "a", "content": None}]},
        {"dsseEnvelope": None},
        {"verificationMaterial": "x"},
        {"comment": ""},
    ],
)
def test_other_shapes_are_refused(change):
    with pytest.raises(MalformedBundle) as refused:
        read_archive(json.loads(acme.bundle()) | change)
    assert refused.value.step == 2
