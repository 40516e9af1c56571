"""Python written for one mapping: its lines, and the values and places they name.

Nothing of a descriptor ever stands in the lines: names of members, texts and readers
are values that the function is given, under names made here. A place is read once,
however many parts of the mapping look at it.
"""

from collections.abc import Callable
from textwrap import indent
from typing import Any, Final

from ferrule.errors import ExpressionError, ItemError
from ferrule.exchange import Json
from ferrule.expression.steps import read_steps
from ferrule.mapping.building import Build

_MOST_STEPS: Final = 8
_UNUSUAL: Final = (ItemError, ExpressionError, RecursionError, ValueError, TypeError)


class Script:
    """The text of a function from one item to its signal, written part by part.

    An item that is no object, or that the lines cannot cope with, goes `otherwise`:
    that is the name of a function which copes with every item.
    """

    def __init__(self, otherwise: Build) -> None:
        self._reads: list[str] = []
        self._lines: list[str] = []
        self._values: dict[str, object] = {}
        self.otherwise = self.value(otherwise)
        self._places: dict[tuple[str, ...], str] = {(): "item"}
        self._lists: dict[str, str] = {}

    def value(self, value: object) -> str:
        """Return a name in the text for a value."""
        name = f"v{len(self._values)}"
        self._values[name] = value
        return name

    def write(self, text: str) -> None:
        """Add lines to the function, indented as they are."""
        self._lines += text.strip("\n").splitlines()

    def member(self, path: str | None) -> str | None:
        """Return what holds the value at a path of names alone: None for no value.

        It is None for any other path.
        """
        steps = None if path is None else read_steps(path)
        names = tuple(step for step in steps or () if isinstance(step, str))
        if not names or steps != names:
            return None
        return self.place(names)

    def place(self, names: tuple[str, ...]) -> str | None:
        """Return what holds the member of these names; None for too many of them."""
        if len(names) > _MOST_STEPS:
            return None
        if names not in self._places:
            above, held = self.place(names[:-1]), f"p{len(self._places)}"
            read = f"{above}.get({self.value(names[-1])})"
            if above != "item":
                read += f" if type({above}) is dict else None"
            self._reads.append(f"{held} = {read}")
            self._places[names] = held
        return self._places[names]

    def texts(self, path: str, values: Callable[[Json], list[Json]]) -> str:
        """Return what holds the list that `values` finds; with `_` after it, its text.

        That is all elements in one, or None where one of them is no text.
        """
        if path not in self._lists:
            held, called = f"l{len(self._lists)}", f"{self.value(values)}(item)"
            self._reads += [
                *self._spread(path, held, called),
                "try:",
                f"    {held}_ = ''.join({held})",
                "except TypeError:",
                f"    {held}_ = None",
            ]
            self._lists[path] = held
        return self._lists[path]

    def _spread(self, path: str, held: str, called: str) -> list[str]:
        """Return lines that read a list: one member of each element here, as usual."""
        steps = read_steps(path) or ()
        names = tuple(step for step in steps[:-2] if isinstance(step, str))
        within = self.place(names) if names and names == steps[:-2] else None
        if within is None or steps[-2] is not None or not isinstance(steps[-1], str):
            return [f"{held} = {called}"]
        name = self.value(steps[-1])
        each = f"[x[{name}] for x in {within}]"
        return [
            "try:",
            f"    {held} = {each} if type({within}) is list else {called}",
            "except (KeyError, TypeError):  # an element without it",
            f"    {held} = {called}",
        ]

    def function(self) -> Build:
        """Return the function that was written.

        All places are read before the first part, whatever looks at them: reading has
        no effect, and where it fails the item goes `otherwise` from its beginning.
        """
        leave = f"    return {self.otherwise}(item)"
        body = indent("\n".join([*self._reads, *self._lines]), "    ")
        last = f"except {self.value(_UNUSUAL)}:"
        build = ["if type(item) is not dict:", leave, "try:", body, last, leave]
        lines = indent("\n".join(build), "        ")
        given = ", ".join(self._values)
        text = f"def make({given}):\n    def build(item):\n{lines}\n    return build\n"
        made: dict[str, Any] = {}
        exec(compile(text, "<mapping>", "exec"), made)  # noqa: S102 - words of ours only
        build_signal: Build = made["make"](**self._values)
        return build_signal
