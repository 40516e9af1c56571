"""A service that takes 100 ms for an answer: fetching ahead against one by one.

The sequential peer is the fastest there is: the limit, written by hand.
"""

import pytest
from tests.benchmarks.ferrule_home import FerruleHome
from tests.benchmarks.measuring import PROGRAMS, Cost, address, cost, in_turns, ratio

pytestmark = pytest.mark.bench


def wall(one: Cost) -> float:
    return one.wall


@pytest.mark.parametrize("latency_ms", [20, 100])
@pytest.mark.parametrize("style", ["offset", "page", "link"])
def test_records_a_second_behind_latency(
    base, limit_python, scale, tmp_path, figures, style, latency_ms
):
    many = scale(20_000)
    home = FerruleHome(tmp_path / "home", base, many, style, latency_ms)
    url, database = address(base, many, "offset", latency_ms), tmp_path / "limit.db"

    def limit():
        for file in tmp_path.glob("limit.db*"):
            file.unlink()
        return cost([limit_python, PROGRAMS / "limit.py", url, database])

    costs = in_turns({"limit": limit, "sync": home.sync}, 1)
    assert all(one.records == many for some in costs.values() for one in some)
    figures.add(
        f"records/s at {latency_ms} ms, {style} style, against sequential by hand",
        ratio(costs["sync"], costs["limit"], wall),
        bar=3.3 if latency_ms == 100 and style != "link" else None,
        seconds={name: round(some[0].wall, 2) for name, some in costs.items()},
    )
