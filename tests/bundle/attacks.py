"""Bundles that must be refused, each with the step that refuses it and the error.

The rows of the attack table: whoever reads bundles, in any language, must refuse all
of them at the same step. `portable` is false where the refusal needs the descriptor's
own rules or a picture's, which another language may leave to the runtime.
"""

from tests.bundle.attacks_envelope import (
    CHANGED,
    OTHER_KINDS,
    SIGNATURES,
    TRUST,
    UNSIGNED,
)
from tests.bundle.attacks_files import CONTENTS, ROLLBACK
from tests.bundle.attacks_spelling import BOMBS, SPELLING
from tests.bundle.attacks_statement import DATES, NAMES, PARSING

__all__ = ["ATTACKS", "NAMES"]

ATTACKS = [
    *CHANGED,
    *UNSIGNED,
    *OTHER_KINDS,
    *NAMES,
    *PARSING,
    *BOMBS,
    *DATES,
    *ROLLBACK,
    *TRUST,
    *CONTENTS,
    *SIGNATURES,
    *SPELLING,
]
