"""Objects that hold keys or secrets and refuse to be pickled.

A pickle writes every attribute in clear: into a cache, a queue, a crash report.
"""

from typing import NoReturn


class Unpicklable:
    """A base for what holds keys or secrets: pickling and copying are refused."""

    __slots__ = ()

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds secrets and is not pickled.")
