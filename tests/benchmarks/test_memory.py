"""Peak memory of the process that syncs: flat, however many records come."""

import pytest
from tests.benchmarks.ferrule_home import FerruleHome

MOST_MB = 90


def peak(folder, base, records):
    cost = FerruleHome(folder, base, records, "offset").sync()
    assert cost.records == records
    return cost.rss_mb


@pytest.mark.bench
def test_memory_at_twenty_and_a_hundred_thousand_records(
    base, scale, tmp_path, figures
):
    for records in (20_000, 100_000):
        many = scale(records)
        found = peak(tmp_path / str(records), base, many)
        name = f"peak memory of a sync, {records:,} records"
        figures.add(name, found, "MB", bar=MOST_MB, wanted="at most")


@pytest.mark.soak
def test_memory_at_a_million_records(base, scale, tmp_path, figures):
    found = peak(tmp_path / "million", base, scale(1_000_000))
    name = "peak memory of a sync, 1,000,000 records"
    figures.add(name, found, "MB", bar=MOST_MB, wanted="at most")
