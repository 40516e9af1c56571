"""Garbage is not collected while a process starts, then rarely, then as before."""

import gc

import pytest

from ferrule.cli.collecting import settled, starting


@pytest.fixture(autouse=True)
def thawed():
    before = gc.isenabled(), gc.get_threshold()
    yield
    gc.unfreeze()
    assert (gc.isenabled(), gc.get_threshold()) == before


def test_nothing_is_collected_until_it_has_settled():
    usual = gc.get_threshold()
    with starting():
        assert not gc.isenabled()
        settled()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold()[0] > usual[0]


def test_an_error_while_starting_leaves_the_collector_on():
    def fails():
        with starting():
            raise ValueError

    with pytest.raises(ValueError):
        fails()
    assert gc.isenabled()
