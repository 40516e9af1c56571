from ferrule.exchange import Json, Response, encode
from ferrule.suggestion.kinds import find_type_rules, noun_of
from ferrule.suggestion.sample import read_sample

BODY: Json = {
    "issues": [
        {"id": 1, "state": "open", "created": "a", "updated": "b"},
        {"id": 2, "state": "closed", "created": "a", "updated": "a"},
    ]
}


def test_signals_are_named_after_what_is_listed():
    sample = read_sample(Response(200, (), encode(BODY)), None, {})
    (found,) = find_type_rules(sample, "$.id", "$.updated", "$.created")
    assert found.members["signalTypeRules"] == [
        {
            "when": "$.state",
            "operator": "equals",
            "value": "closed",
            "then": "issue_closed",
        },
        {
            "when": "$.created",
            "operator": "equals",
            "valuePath": "$.updated",
            "then": "issue_created",
        },
        {"when": "$.id", "operator": "exists", "then": "issue_updated"},
    ]


def test_without_an_id_there_are_no_rules():
    sample = read_sample(Response(200, (), encode(BODY)), None, {})
    assert find_type_rules(sample, None, None, None) == []


def test_a_noun_fits_into_a_signal_type():
    assert noun_of("timeEntries") == "time_entry"
    assert noun_of("größe") == "gr_e"
    assert noun_of("日本") == "item"
    assert noun_of("") == "item"
