"""Redaction without the secrets it knows, as in a new process."""

from collections.abc import Iterator
from contextlib import contextmanager

from ferrule.redaction import Redactor, live


def forget() -> None:
    """Let the redaction of this process forget every value."""
    vars(live).update(vars(Redactor()))


@contextmanager
def forgotten() -> Iterator[None]:
    """Forget every value; those known before are known again afterwards."""
    before = dict(vars(live))
    forget()
    try:
        yield
    finally:
        vars(live).update(before)
