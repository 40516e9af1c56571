"""One file is one case: a mapping, a body and what becomes of it, or what is wrong."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from tests.mapping.items import MAPPING, ORIGIN

from ferrule.descriptor.trouble import problems_of
from ferrule.exchange import canonical, decode, encode
from ferrule.mapping import FieldMapping, compile_mapping

SAMPLES = Path(__file__).parents[1] / "samples" / "mapping"
BASE = {
    "itemsPath": "$.items",
    "idPath": "$.id",
    "timestampPath": "$.at",
    "summaryTemplate": "{{title}}",
    "signalTypeRules": [],
}
GOOD = sorted((SAMPLES / "good").glob("*.json"))
BAD = sorted((SAMPLES / "bad").glob("*.json"))


def wire(row):
    """Return a row as the samples write it."""
    if row.signal is not None:
        return decode(encode(row.signal))
    if row.deleted is not None:
        return {"deleted": row.deleted}
    if row.error is None:
        return "skipped"
    error = row.error
    told = {"field": error.field, "message": error.message}
    return {"error": told | ({"itemId": error.item_id} if error.item_id else {})}


def part(found, wanted):
    """Return the members of `found` that are asked for; a signal leaves out nulls."""
    if isinstance(wanted, str) or "error" in wanted or "deleted" in wanted:
        return found
    return {name: found.get(name) for name in wanted}


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_sample_becomes_what_it_says(path):
    case = decode(path.read_bytes())
    mapping = FieldMapping.model_validate({**BASE, **case["mapping"]})
    compiled = compile_mapping(mapping, ORIGIN)
    before = encode(case["body"])
    rows = compiled.page(compiled.items(case["body"]))
    found = [part(wire(r), w) for r, w in zip(rows, case["rows"], strict=True)]
    assert canonical(found) == canonical(case["rows"])
    assert encode(case["body"]) == before, "the response itself is never changed"
    assert len(compiled.changed(compiled.items(case["body"]))) == len(rows)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_sample_is_refused_at_its_place(path):
    case = decode(path.read_bytes())
    document = {**MAPPING, **case["mapping"]}
    with pytest.raises(ValidationError) as caught:
        FieldMapping.model_validate(document, by_alias=True, by_name=False)
    found = problems_of(caught.value, document)
    assert [p.pointer for p in found] == [w["pointer"] for w in case["problems"]]
    for problem, wanted in zip(found, case["problems"], strict=True):
        assert wanted["says"] in problem.message
        assert problem.advice == wanted.get("advice", problem.advice)
        assert problem.column == wanted.get("column", problem.column)
