from decimal import Decimal

from ferrule.suggestion.time_formats import formats_of, moment_of


def test_numbers_are_times_only_under_a_name_of_one():
    assert formats_of([1714723200], named=True) == ("unix",)
    assert formats_of([1714723200], named=False) == ()
    assert formats_of([Decimal("1714723200.5")], named=True) == ("unix",)
    assert formats_of([True], named=True) == ()


def test_mixed_values_are_no_times():
    assert formats_of([1714723200, "2024-05-03"], named=True) == ()
    assert formats_of(["2024-05-03", "x" * 100 + "1"], named=True) == ()


def test_a_moment_is_read_or_nothing():
    assert moment_of("2024-05-03", "date") is not None
    assert moment_of("soon", "iso8601") is None
