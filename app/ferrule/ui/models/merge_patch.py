"""Writing merge patches (RFC 7396): the patch that makes one value of another.

A patch says what differs. What it said before and says rightly still is kept, so that
what a person overrode stays so, even where it is the same as what is inherited.
"""

from collections.abc import Sequence

from ferrule.descriptor.streams import merge_patch
from ferrule.exchange import MISSING, Json, Missing, canonical


def below(here: Json | Missing, parts: Sequence[str]) -> Json | Missing:
    """Return what stands in a value at the end of a way, or MISSING."""
    for part in parts:
        if isinstance(here, dict):
            here = here.get(part, MISSING)
        elif isinstance(here, list) and part.isdigit() and int(part) < len(here):
            here = here[int(part)]
        else:
            return MISSING
    return here


def difference(
    base: Json | Missing, wanted: Json | Missing, before: Json | Missing = MISSING
) -> Json | Missing:
    """Return the patch that makes `wanted` of `base`; MISSING where none is needed.

    Members that the patch `before` names stay named.
    """
    if wanted is MISSING:
        return MISSING if base is MISSING else None
    if not isinstance(wanted, dict):
        return wanted
    inherited = base if isinstance(base, dict) else {}
    named = before if isinstance(before, dict) else {}
    found: dict[str, Json] = {}
    for name, value in wanted.items():
        old, known = inherited.get(name, MISSING), named.get(name, MISSING)
        if known is MISSING and _same(old, value):
            continue
        one = difference(old, value, known)
        found[name] = None if one is MISSING else one
    found |= {name: None for name in inherited if name not in wanted}
    return found


def patched(
    base: Json | Missing, patch: Json | Missing, parts: list[str], value: Json | Missing
) -> Json | Missing:
    """Return the patch after `value` was put at the end of a way in the merged whole.

    Objects are patched member by member; a list or a text is written whole.
    """
    merged = _merged(base, patch)
    if not parts:
        return difference(base, value, patch)
    if value is MISSING and below(merged, parts) is MISSING:
        return patch
    if not (isinstance(merged, dict) and isinstance(base, dict | Missing)):
        return difference(base, _replaced(merged, parts, value), patch)
    first, rest = parts[0], parts[1:]
    inherited = base.get(first, MISSING) if isinstance(base, dict) else MISSING
    found = dict(patch) if isinstance(patch, dict) else {}
    inner = patched(inherited, found.get(first, MISSING), rest, value)
    if inner is MISSING:
        found.pop(first, None)
    else:
        found[first] = inner
    return found


def put_at(patch: Json | Missing, parts: list[str], value: Json | Missing) -> Json:
    """Return a patch that says `value` at the end of a way."""
    if not parts:
        return None if value is MISSING else value
    found = dict(patch) if isinstance(patch, dict) else {}
    found[parts[0]] = put_at(found.get(parts[0], MISSING), parts[1:], value)
    return found


def without(patch: Json | Missing, parts: list[str]) -> dict[str, Json]:
    """Return a patch that says nothing of a place; emptied objects go."""
    found = dict(patch) if isinstance(patch, dict) else {}
    if not parts:
        return {}
    first, rest = parts[0], parts[1:]
    inner = without(found.get(first, MISSING), rest) if rest else {}
    if inner:
        found[first] = inner
    else:
        found.pop(first, None)
    return found


def _same(one: Json | Missing, other: Json) -> bool:
    return one is not MISSING and canonical(one) == canonical(other)


def _merged(base: Json | Missing, patch: Json | Missing) -> Json | Missing:
    if patch is MISSING:
        return base
    if patch is None:
        return MISSING
    return merge_patch(None if base is MISSING else base, patch)


def _replaced(here: Json | Missing, parts: list[str], value: Json | Missing) -> Json:
    """Return `here` with `value` at the end of a way; what is missing is made."""
    if not parts:
        return None if value is MISSING else value
    first, rest = parts[0], parts[1:]
    gone = not rest and value is MISSING
    if isinstance(here, list):
        at = len(here) if first == "-" else int(first)
        if gone:
            return [*here[:at], *here[at + 1 :]]
        old = here[at] if at < len(here) else MISSING
        return [*here[:at], _replaced(old, rest, value), *here[at + 1 :]]
    found = dict(here) if isinstance(here, dict) else {}
    if gone:
        found.pop(first, None)
    else:
        found[first] = _replaced(found.get(first, MISSING), rest, value)
    return found
