"""For every kind that the models know there is a good sample, and a bad one.

The bad samples are refused at the place that they name, in the words that they name.
"""

import pytest
from pydantic import TypeAdapter, ValidationError
from tests.descriptor import seeds
from tests.descriptor.kinds import Kind, Place, all_kinds, refused, used
from tests.descriptor.samples import (
    BAD,
    GOOD,
    SAMPLES,
    broken,
    name_of,
    parts_within,
    read,
    type_of,
)

from ferrule.descriptor.config import config_fields
from ferrule.descriptor.document import validate
from ferrule.descriptor.needs import needs_of, placed_needs
from ferrule.descriptor.trouble import problems_of
from ferrule.errors import NotSupportedYet
from ferrule.sync.plan import Place as Whose
from ferrule.sync.plan import plan_streams


def loaded(kind, document):
    return TypeAdapter(kind).validate_python(document, by_alias=True, by_name=False)


def findings(path):
    """Return what pydantic says of a bad sample, and the document that it is of."""
    document = broken(path, read(path)["part"])
    with pytest.raises(ValidationError) as caught:
        loaded(type_of(path), document)
    return caught.value, document


def test_the_kinds_are_found_in_the_models():
    kinds = all_kinds()
    words = {word for member, word in kinds if member == "Condition.operator"}
    assert {"equals", "matches", "lte"} <= words
    assert Kind("ErrorRule.action", "shrink_page") in kinds
    assert Kind("FieldMapping.itemsShape", "entries") in kinds
    assert Kind("ErrorRule.status", "(class)") in kinds
    unions = {member: word for member, word in kinds if " | " in member}
    assert len(unions) > 8
    assert {"oauth1", "device_code", "session_token"} <= {word for _, word in kinds}


def test_every_kind_has_a_good_sample():
    parts = [(type_of(path), read(path)) for path in GOOD] + parts_within()
    shown = {
        kind
        for section, document in parts
        for kind in used(Place("", section), loaded(section, document))
    }
    assert all_kinds() - shown == set()


@pytest.mark.parametrize("path", BAD, ids=name_of)
def test_a_bad_sample_is_refused_at_its_place(path):
    sample = read(path)
    error, document = findings(path)
    (problem,) = problems_of(error, document)
    assert problem.pointer == sample["pointer"]
    assert sample["says"] in problem.message
    assert sample["says"], sample["what"]


def test_every_kind_has_a_bad_sample():
    """An arm of a union has one that is wrong inside; of words one is none of them."""
    shown = {
        kind
        for path in BAD
        for found in findings(path)[0].errors()
        for kind in refused(Place("", type_of(path)), found["loc"])
    }
    lacking = {
        kind
        for kind in all_kinds()
        if kind not in shown and Kind(kind.member, "") not in shown
    }
    assert lacking == set()


SIGN_INS = sorted((SAMPLES / "auth").glob("*.json"))


@pytest.mark.parametrize("path", SIGN_INS, ids=name_of)
def test_a_sign_in_is_shown_and_runs_or_is_refused_before_a_request(path):
    auth = read(path)
    connector = validate(seeds.seed(auth=auth))
    needs = {need for _, need in needs_of(connector.auth)}
    shown = {p: n for p, n in placed_needs(connector).items() if p.startswith("/auth")}
    assert set(shown.values()) == needs
    config = {
        field.key: "https://api.example.com" if field.type == "url" else "p"
        for field in config_fields(connector)
    }
    plan = lambda: plan_streams(connector, Whose("p", "c"), config, {})
    if not needs:
        assert [stream.auth.method for stream in plan()] == [auth["method"]]
        return
    with pytest.raises(NotSupportedYet) as caught:
        plan()
    assert all(need in caught.value.message for need in needs)
