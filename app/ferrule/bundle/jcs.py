"""Canonical JSON (RFC 8785), only to produce: the one door to `rfc8785`.

Nothing that was received is ever written again to be compared.
"""

from typing import Any, cast

import rfc8785

from ferrule.errors import MalformedBundle
from ferrule.exchange import Json


def canonical_json(value: Json, *, what: str) -> bytes:
    """Return the one canonical text of `value`; `what` names it in messages.

    Raises:
        MalformedBundle: for an integer beyond 2^53 or a number that is not finite.
    """
    try:
        return rfc8785.dumps(cast("Any", value))
    except rfc8785.CanonicalizationError as error:
        raise MalformedBundle(f"{what} cannot be written: {error}.") from None
