"""The bars: how often the first suggestion is right, over exchanges with known answers.

A page that names no next one cannot tell how paging works; those pages are counted
apart ("last page") and have no bar, but what is sure on them must not be wrong either.
"""

from functools import partial

import pytest
from tests.suggestion.scoring import (
    SAMPLES,
    Figures,
    figures,
    further_cases,
    shipped_cases,
)

SETS = {
    "as recorded": shipped_cases,
    "asked without paging": partial(shipped_cases, bare=True),
    "further services": further_cases,
    "later services": partial(further_cases, SAMPLES / "later"),
}
BARS = {"items": 1.0, "id": 0.95, "time": 0.95, "paging": 0.8}


@pytest.fixture(scope="module", params=SETS)
def found(request: pytest.FixtureRequest) -> Figures:
    return figures(SETS[request.param]())


@pytest.mark.parametrize("topic", BARS)
def test_the_first_suggestion_is_right_as_often_as_promised(found: Figures, topic: str):
    missed = [miss for miss in found.misses if f": {topic} " in miss]
    assert found.share(topic) >= BARS[topic], missed


def test_what_is_sure_is_hardly_ever_wrong(found: Figures):
    assert found.wrong_but_sure <= 0.02, found.misses


def test_all_ten_connectors_are_counted():
    names = {case.name.split("/")[0] for case in shipped_cases()}
    assert len(names) == 10
    assert sum(1 for _ in further_cases()) >= 30
    assert sum(1 for _ in further_cases(SAMPLES / "later")) >= 15
