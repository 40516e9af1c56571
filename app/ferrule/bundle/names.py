"""Names in a bundle: connector ids, versions, file names.

They are ASCII from a short list of forms, so that they mean the same in every language
and on every disk, and no look-alike letter passes. Patterns match whole texts. Nothing
is ever written to a place that a bundle chose.
"""

import re
from collections.abc import Iterable

from ferrule.bundle.strict import Part, shown

MAX_FILES = 256
LONGEST_ID = 128

_ID = r"[a-z0-9]+(?:[._-][a-z0-9]+)*"
_PART = r"[A-Za-z0-9][A-Za-z0-9._-]{0,132}"
_NUMBER = r"(?:0|[1-9][0-9]{0,8})"
_ID_PATTERN = re.compile(rf"{_ID}\Z")
_VERSION_PATTERN = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}\Z")
_FILE_PATTERN = re.compile(
    rf"(?:bundle\.json|evidence\.json|connectors/(?P<connector>{_ID})\.json"
    rf"|(?:icons|docs)/{_PART}(?:/{_PART})?"
    rf"|migrations/(?P<migrated>{_ID})/[0-9]{{3}}_[A-Za-z0-9._-]+\.sql"
    rf"|fixtures/(?P<replayed>{_ID})/{_PART})\Z"
)
_SHAPE_PATTERN = re.compile(rf"{_PART}(?:/{_PART}){{0,2}}\Z")


def is_id(text: str) -> bool:
    """Tell whether `text` can be the id of a connector, provider or bundle."""
    return len(text) <= LONGEST_ID and _ID_PATTERN.match(text) is not None


def is_version(text: str) -> bool:
    """Tell whether `text` is MAJOR.MINOR.PATCH.

    No leading zeros, no pre-release, at most nine digits each.
    """
    return _VERSION_PATTERN.match(text) is not None


def version_numbers(text: str) -> tuple[int, ...]:
    """Return a version as integers to compare: as text, 1.10.0 is before 1.9.0."""
    return tuple(map(int, text.split(".")))


def identifier(part: Part) -> str:
    """Return the id in `part`, or refuse it."""
    text = part.text()
    if not is_id(text):
        part.refuse(f"is {shown(text)}, which is not an id")
    return text


def version(part: Part) -> str:
    """Return the version in `part` as it stands there, or refuse it."""
    text = part.text()
    if not is_version(text):
        part.refuse(f"is {shown(text)}, which is not MAJOR.MINOR.PATCH")
    return text


def owner(name: str) -> str | None:
    """Return the connector that a file belongs to; None for files of the bundle."""
    match = _FILE_PATTERN.match(name)
    return match[match.lastgroup] if match and match.lastgroup else None


def name_problem(name: str) -> str:
    """Return why `name` cannot stand in a bundle, or nothing.

    `bundle.json`, `evidence.json`, `connectors/ID.json`, `icons/…`, `docs/…`,
    `migrations/ID/NNN_….sql`, `fixtures/ID/…`: at most three parts of
    `[A-Za-z0-9][A-Za-z0-9._-]{0,132}`, and nowhere two dots in a row.
    """
    if not _SHAPE_PATTERN.match(name) or ".." in name:
        return "is not a plain relative name"
    if not _FILE_PATTERN.match(name):
        return "is not a place that a bundle has"
    named = owner(name)
    if named is not None and not is_id(named):
        return "names an id that is too long"
    return ""


def names_problem(names: Iterable[str]) -> str:
    """Return why these names cannot stand in one bundle, or nothing.

    Two names that differ in case alone would be one file on some disks.
    """
    seen: dict[str, str] = {}
    for name in names:
        problem = name_problem(name)
        if problem:
            return f"the name {shown(name)} {problem}"
        other = seen.setdefault(name.casefold(), name)
        if len(seen) > MAX_FILES:
            return f"there are more than {MAX_FILES} files"
        if other != name:
            return f"the names {shown(other)} and {shown(name)} differ in case alone"
    return ""
