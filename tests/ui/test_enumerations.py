"""Enumerations that are made here are those which `enum` would have made."""

import copy
import enum
import pickle
import sys

import pytest

from ferrule.ui.enumerations import hastened

PLAIN = [("Red", 1), ("Green", 2), ("Rose", 1), ("Far", 1 << 40), ("None_", -3)]
CASES = [
    (enum.Enum, PLAIN),
    (enum.IntEnum, PLAIN),
    (enum.Enum, []),
    (enum.IntEnum, [("real", 1), ("Other", 2)]),
    (enum.Enum, [("name", 1), ("value", 2)]),
    (enum.Enum, [("mro_", 1)]),
    (enum.Enum, [("_hidden", 1), ("Seen", 2)]),
    (enum.Enum, [("Text", "a"), ("Number", 1)]),
    (enum.Enum, ["A", "B"]),
    (enum.Enum, "A B C"),
    (enum.Enum, {"A": 1, "B": 3}),
    (enum.Flag, [("None_", 0), ("A", 1), ("B", 2), ("Both", 3)]),
    (enum.IntFlag, [("A", 1), ("B", 2)]),
    (enum.StrEnum, [("A", "a")]),
]


@pytest.fixture
def faster():
    hastened.begin()
    yield
    hastened.end()


def described(made):
    """Return everything about a class that a program can see."""
    members = {
        name: (it._name_, it._value_, repr(it), str(it), format(it), it._sort_order_)
        for name, it in made.__members__.items()
    }
    left_out = {"__module__", "__doc__", "__dict__", "__weakref__", *members}
    named = {name: type(it) for name, it in vars(made).items() if name not in left_out}
    named.pop("__new__", None)  # a function, or a static method around it
    values = [made(it._value_) is it for it in made]
    return [
        *(made.__name__, made.__module__, made.__bases__, made.__doc__, members),
        *(named, values, [it._name_ for it in made], len(made)),
        *(list(made._value2member_map_), made._member_type_, dir(made)),
    ]


@pytest.mark.parametrize(("kind", "names"), CASES)
def test_it_is_the_same_class(faster, kind, names):
    here = kind("Colour", names)
    hastened.end()
    assert described(here) == described(kind("Colour", names))


def test_its_members_are_found_compared_copied_and_pickled(faster, monkeypatch):
    colour = enum.IntEnum("Colour", PLAIN)
    monkeypatch.setattr(sys.modules[__name__], "Colour", colour, raising=False)
    assert colour["Rose"] is colour.Red is colour(1) is copy.deepcopy(colour.Red)
    assert pickle.loads(pickle.dumps(colour.Far)) is colour.Far  # noqa: S301  its own
    assert colour.Red == 1
    assert isinstance(colour.Red, int)
    assert colour.Red in colour
    assert {colour.Red: 1}[colour(1)] == 1


@pytest.mark.parametrize("kind", [enum.Enum, enum.IntEnum])
def test_nothing_can_be_put_into_it_afterwards(faster, kind):
    colour = kind("Colour", PLAIN)
    with pytest.raises(AttributeError):
        colour.Red = 7
    with pytest.raises(ValueError, match="9 is not a valid Colour"):
        colour(9)
    with pytest.raises(TypeError):

        class More(colour):
            Blue = 3


def test_a_name_given_twice_is_refused_as_ever(faster):
    with pytest.raises(TypeError):
        enum.Enum("Colour", [("Red", 1), ("Red", 2)])


def test_a_class_that_is_written_out_is_left_to_enum(faster):
    class Written(enum.Enum):
        A = enum.auto()
        B = "b"

    assert [it.value for it in Written] == [1, "b"]


def test_it_ends(faster):
    hastened.end()
    assert enum.EnumType._create_.__module__ == "enum"
