"""What tokens look like, and what fields ask for."""

import pytest

from ferrule.fields import InputField
from ferrule.fields.known_tokens import (
    SHAPES,
    shape_of,
    wanted_shapes,
    wanted_starts,
)

BODY = "1234567890abcdef"


def field(key="token", label="Token", **more):
    return InputField.model_validate(
        {"key": key, "label": label, "type": "password", **more}
    )


def test_every_shape_is_told_by_its_beginning_and_the_longest_wins():
    for shape in SHAPES:
        assert shape_of(shape.prefix + BODY) == shape
    assert shape_of("github_pat_" + BODY).kind == "personal access token"


@pytest.mark.parametrize("text", ["", "ghp_", "xoxb-1", "hello", "AKIA", "secret_"])
def test_a_beginning_alone_is_nothing_yet(text):
    assert shape_of(text) is None


def test_no_two_shapes_begin_the_same():
    starts = [shape.prefix for shape in SHAPES]
    assert len(starts) == len(set(starts))


@pytest.mark.parametrize(
    ("told", "starts"),
    [
        ({"placeholder": "xoxb-…"}, ("xoxb-",)),
        ({"placeholder": "lin_api_..."}, ("lin_api_",)),
        ({"example": "ghp_xxxxxxxxxxxx"}, ("ghp_",)),
        ({"pattern": "ntn_[A-Za-z0-9]{40,}"}, ("ntn_",)),
        ({"placeholder": "you@example.com"}, ()),
        ({"example": "1331234567890"}, ()),
        ({"placeholder": "https://…"}, ()),
        ({}, ()),
    ],
)
def test_how_a_value_begins_is_read_from_what_the_field_shows(told, starts):
    assert wanted_starts(field(**told)) == starts


@pytest.mark.parametrize(
    ("spec", "kinds"),
    [
        (field(placeholder="xoxb-…"), {"bot token"}),
        (field("botToken", "Token"), {"bot token"}),
        (field("x", "User token"), {"user token"}),
        (field("x", "Access key id"), {"access key id", "temporary access key id"}),
        (field("x", "Password"), set()),
    ],
)
def test_what_a_field_asks_for_is_read_from_its_start_else_its_name(spec, kinds):
    assert {shape.kind for shape in wanted_shapes(spec)} == kinds
