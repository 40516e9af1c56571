"""Which fields of a form are asked for, by what was given for the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule.fields import InputField, shown_fields


def field(key, kind="text", when=None, **more):
    shown = when and {"when": f"$.{when[0]}", "operator": when[1], "value": when[2]}
    told = {"key": key, "label": key, "type": kind, "visibleWhen": shown or None}
    return InputField.model_validate(told | more)


def keys(fields, given_):
    return [one.key for one in shown_fields(fields, given_)]


CHAIN = (
    field("own", "boolean"),
    field("server", "url", ("own", "equals", True)),
    field("proxy", "boolean", ("server", "exists", None)),
    field("port", "number", ("proxy", "equals", True)),
)


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ({}, ["own"]),
        ({"own": True}, ["own", "server"]),
        ({"own": "true"}, ["own", "server"]),
        ({"own": True, "server": "https://a.b"}, ["own", "server", "proxy"]),
        (
            {"own": True, "server": "https://a.b", "proxy": "yes"},
            ["own", "server", "proxy", "port"],
        ),
        ({"own": False, "server": "https://a.b", "proxy": True}, ["own"]),
    ],
)
def test_conditions_chain_and_see_nothing_of_what_is_hidden(given_, shown):
    assert keys(CHAIN, given_) == shown


def test_the_order_of_the_fields_does_not_matter():
    given_ = {"own": True, "server": "https://a.b", "proxy": True}
    assert set(keys(CHAIN[::-1], given_)) == {"own", "server", "proxy", "port"}


def test_a_default_counts_where_nothing_was_given():
    fields = (field("own", "boolean", default=True), CHAIN[1])
    assert keys(fields, {}) == ["own", "server"]


def test_a_number_is_compared_as_a_number():
    fields = (field("n", "number"), field("m", when=("n", "gt", 9)))
    assert keys(fields, {"n": "10"}) == ["n", "m"]
    assert keys(fields, {"n": "x"}) == ["n"]


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from(["exists", "missing", "equals"])),
        min_size=1,
        max_size=6,
    ),
    st.dictionaries(st.sampled_from([f"f{n}" for n in range(6)]), st.booleans()),
)
def test_every_set_of_conditions_settles_also_circles(links, given_):
    fields = tuple(
        field(f"f{n}", "boolean", (f"f{to}", operator, True))
        for n, (to, operator) in enumerate(links)
    )
    shown = keys(fields, given_)
    assert [key for key in (one.key for one in fields) if key in shown] == shown
