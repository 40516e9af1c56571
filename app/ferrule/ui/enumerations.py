"""Enumerations of numbers, made sooner than `enum` makes them.

PySide6 makes an enumeration of each one of C++ by `Enum("Name", [("Member", 1), …])`:
170 before the first paint, with 2,900 members. `enum` writes each member into its class
three times, 16 ms in all. Here the class is the same and its members are put in
directly. Flags, and all that is not such a plain list, are left to `enum`.
"""

import enum
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeGuard

Named = Sequence[tuple[str, int]]
_KINDS: Final = (enum.Enum, enum.IntEnum)
_FILLED: Final = frozenset(
    {
        *("_member_names_", "_member_map_", "_value2member_map_"),
        *("_unhashable_values_", "_unhashable_values_map_", "_hashable_values_"),
    }
)
_OF_A_MEMBER: Final = {"_value_", "_name_", "__objclass__", "_sort_order_"}
_OF_A_CLASS: Final = {"__module__", "__dict__", "__weakref__"}


class _Pattern(NamedTuple):
    """What each class of a kind holds beside its members, and which names it uses."""

    common: dict[str, Any]
    taken: frozenset[str]


class Hastened:
    """Makes plain enumerations from `begin` to `end`."""

    def __init__(self) -> None:
        self._create: Callable[..., Any] = vars(enum.EnumType)["_create_"]
        self._patterns: dict[object, _Pattern] = {}

    def begin(self) -> None:
        """Be asked before `enum` is; what `enum` alone can do it goes on doing."""
        found = ((kind, _pattern(kind)) for kind in _KINDS)
        self._patterns = {kind: pattern for kind, pattern in found if pattern}
        patterns, create = self._patterns, self._create

        def made(kind: type, class_name: str, names: object, **rest: object) -> object:
            pattern = patterns.get(kind)
            if pattern is None or rest.get("type") or not _is_plain(names, pattern):
                # Where `enum` looks for the caller it would find this.
                rest["module"] = rest.get("module") or _caller()
                return create(kind, class_name, names, **rest)
            return _made(kind, class_name, names, pattern)

        type.__setattr__(enum.EnumType, "_create_", made)

    def end(self) -> None:
        """Leave all of them to `enum`."""
        type.__setattr__(enum.EnumType, "_create_", self._create)


hastened = Hastened()


def _pattern(kind: type[enum.Enum]) -> _Pattern | None:
    """Learn from a class that `enum` makes; None where this Python makes others."""
    create = vars(enum.EnumType)["_create_"]
    probe = create(kind, "Probe", [("PROBE", 7)], module=__name__)
    common = {name: it for name, it in vars(probe).items() if name not in _OF_A_CLASS}
    member = common.pop("PROBE", None)
    filled = {name for name, it in common.items() if isinstance(it, list | dict)}
    if member is not probe(7) or vars(member).keys() != _OF_A_MEMBER:
        return None
    return _Pattern(common, frozenset(dir(kind))) if filled <= _FILLED else None


def _is_plain(names: object, pattern: _Pattern) -> TypeGuard[Named]:
    """Return whether these are names and numbers, none of which `enum` treats apart."""
    if type(names) is not list:
        return False
    for pair in names:
        if type(pair) is not tuple or type(pair[1]) is not int:
            return False
        name = pair[0]
        if name.startswith("_") or name == "mro" or name in pattern.taken:
            return False
    return len(dict(names)) == len(names)


def _made(kind: type, name: str, names: Named, pattern: _Pattern) -> object:
    """Return the class, as `enum` would make it."""
    content = pattern.common | {"__module__": _caller()}
    for filled in _FILLED & content.keys():
        content[filled] = type(content[filled])()
    made = type.__new__(enum.EnumType, name, (kind,), content)
    _fill(made, names)
    return made


def _fill(made: type, names: Named) -> None:
    """Make the members; a second name of a number is another name of its member."""
    its: dict[str, Any] = dict(vars(made))
    order, known, by_value = map(
        its.__getitem__, ("_member_names_", "_member_map_", "_value2member_map_")
    )
    put, new, with_value = type.__setattr__, its["_new_member_"], its["_use_args_"]
    for name, value in names:
        member = by_value.get(value)
        if member is None:
            member = new(made, value) if with_value else new(made)
            member._value_, member._name_ = value, name
            member.__objclass__, member._sort_order_ = made, len(order)
            order.append(name)
            by_value[value] = member
        known[name] = member
        put(made, name, member)
    its.get("_hashable_values_", []).extend(by_value)


def _caller() -> str:
    """Return the module that asked for the class, as `enum` looks it up."""
    frame = sys._getframe(1)  # noqa: SLF001  as `enum` does
    while frame.f_back and frame.f_globals["__name__"] in (__name__, "enum"):
        frame = frame.f_back
    return str(frame.f_globals["__name__"])
