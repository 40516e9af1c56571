import pytest

from ferrule.exchange import Json, Response, encode
from ferrule.suggestion.candidate import Candidate
from ferrule.suggestion.proof import proven
from ferrule.suggestion.sample import read_sample

BODY: Json = {"items": [{"id": 1, "a": {"b": "x"}}], "next": "abc"}
SAMPLE = read_sample(Response(200, (), encode(BODY)), None, {})


@pytest.mark.parametrize(
    ("members", "holds"),
    [
        ({"idPath": "$.id"}, True),
        ({"idPath": "$.nothing"}, False),
        ({"idPath": "$["}, False),
        ({"itemsPath": "$.items"}, True),
        ({"itemsPath": "$.others"}, False),
        ({"summaryTemplate": "{{a.b}}"}, True),
        ({"summaryTemplate": "{{nothing}}"}, False),
        ({"summaryTemplate": "{{"}, False),
        ({"primaryKey": ["$.id", "$.a.b"]}, True),
        ({"primaryKey": ["$.id", "$.c"]}, False),
        ({"priorityMapping": [{"when": "$.c", "then": "low"}]}, False),
        (
            {"pagination": {"type": "cursor", "nextPath": "$.next", "nextParam": "x"}},
            True,
        ),
        (
            {"pagination": {"type": "cursor", "nextPath": "$.more", "nextParam": "x"}},
            False,
        ),
        (
            {"pagination": {"type": "cursor", "nextPath": "$.next", "nextParam": " "}},
            False,
        ),
        ({"delta": {"type": "since_id", "idPath": "$.c", "idParam": "x"}}, False),
    ],
)
def test_only_what_finds_something_is_suggested(members: dict[str, Json], holds: bool):
    assert bool(proven([Candidate(members, 0.9, "why")], SAMPLE)) is holds
