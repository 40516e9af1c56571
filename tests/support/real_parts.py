"""Real parts of the tests that a machine may lack: a browser, a keychain, ssh-keygen.

Without one its tests are skipped, and pytest tells why with `-rs`. Where
`FERRULE_REAL_PARTS` is `required`, as in `.ci/run`, they fail instead.
"""

import os
from typing import NoReturn

import pytest

REQUIRED = os.environ.get("FERRULE_REAL_PARTS") == "required"


def lacking(part: str) -> NoReturn:
    """Skip a test, or a module while it is read, for want of a part; or fail it."""
    told = f"NOT TESTED WITH A REAL PART: {part}"
    if REQUIRED:
        pytest.fail(told, pytrace=False)
    pytest.skip(told, allow_module_level=True)


def without(part: str, *, missing: bool) -> pytest.MarkDecorator:
    """Return the mark of tests that are skipped where a part is missing.

    Where it is required they run, and fail.
    """
    told = f"NOT TESTED WITH A REAL PART: {part}"
    return pytest.mark.skipif(missing and not REQUIRED, reason=told)
