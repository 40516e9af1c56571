"""The base of descriptor parts: frozen, closed, camelCase, exact about scalars."""

from decimal import Decimal
from typing import ClassVar

import pytest
from pydantic import ValidationError

from ferrule.section import Amount, Flag, Section, Whole, wire_name


class Part(Section):
    """A part for these tests."""

    member_needs: ClassVar[dict[str, str]] = {"two_words": "words"}

    two_words: str | None = None
    flag: Flag = False
    whole: Whole = 0
    amount: Amount = 0


class NotYet(Section):
    """A part that cannot run."""

    needs: ClassVar[str] = "time"


def test_members_are_camel_case_on_the_wire():
    part = Part.model_validate({"twoWords": "a"})
    assert part.two_words == "a"
    assert part.model_dump(by_alias=True, exclude_unset=True) == {"twoWords": "a"}
    assert wire_name(Part, "two_words") == "twoWords"
    assert Part(two_words="b").two_words == "b"


def test_parts_are_frozen_and_closed():
    with pytest.raises(ValidationError, match="frozen"):
        Part().flag = True
    with pytest.raises(ValidationError, match="Extra inputs"):
        Part.model_validate({"threeWords": 1})


@pytest.mark.parametrize(
    "document",
    [
        {"flag": 1},
        {"flag": "true"},
        {"flag": None},
        {"whole": "1"},
        {"whole": True},
        {"whole": Decimal("1.0")},
        {"amount": "1.5"},
        {"amount": False},
        {"twoWords": 5},
    ],
)
def test_scalars_are_not_converted(document):
    with pytest.raises(ValidationError):
        Part.model_validate(document)


@pytest.mark.parametrize(
    ("given", "found"), [(5, 5), (Decimal("0.5"), 0.5), (10**20, 10**20)]
)
def test_an_amount_is_any_number(given, found):
    assert Part(amount=given).amount == found


def test_a_part_says_what_it_lacks():
    assert list(Part().lacks()) == []
    assert list(Part(two_words=None).lacks()) == []
    assert list(Part(two_words="a").lacks()) == [("twoWords", "words")]
    assert list(NotYet().lacks()) == [("", "time")]


def test_a_value_is_not_shown_in_an_error():
    with pytest.raises(ValidationError) as caught:
        Part.model_validate({"whole": "s3cret"})
    assert "s3cret" not in str(caught.value)
