import pytest

from ferrule.suggestion.candidate import Candidate, confidence, ranked


@pytest.mark.parametrize(
    ("score", "word"), [(0.9, "sure"), (0.85, "sure"), (0.6, "likely"), (0.5, "guess")]
)
def test_a_score_is_a_word(score: float, word: str):
    assert confidence(score) == word


def test_the_best_stands_first_and_each_thing_once():
    found = ranked(
        [
            Candidate({"idPath": "$.b"}, 0.5, "b"),
            Candidate({"idPath": "$.a"}, 0.4, "a, worse"),
            Candidate({"idPath": "$.a"}, 0.9, "a"),
            Candidate({"idPath": "$.c"}, 0.1, "not worth telling"),
        ]
    )
    assert [(c.reason, c.score) for c in found] == [("a", 0.9), ("b", 0.5)]


def test_nobody_is_sure_beside_an_equal():
    first, second = ranked(
        [Candidate({"x": "$.a"}, 0.95, "a"), Candidate({"x": "$.b"}, 0.94, "b")]
    )
    assert confidence(first.score) == confidence(second.score) == "likely"


def test_kin_do_not_contradict_each_other():
    first, _ = ranked(
        [
            Candidate({"x": "$.a"}, 0.95, "a", "next"),
            Candidate({"x": "$.b"}, 0.94, "b", "next"),
        ]
    )
    assert first.score == 0.95
