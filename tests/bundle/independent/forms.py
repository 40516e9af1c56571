"""The forms of docs/bundle-format.md: members, ids, versions, digests, times, names."""

import re
from datetime import UTC, datetime

from strict_json import RefusedError, need

ID = r"[a-z0-9]+(?:[._-][a-z0-9]+)*"
VERSION = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})")
TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z")
PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,132}")
PLACES = re.compile(
    rf"bundle\.json|evidence\.json|connectors/(?P<connector>{ID})\.json"
    r"|icons/[^/]+(?:/[^/]+)?|docs/[^/]+(?:/[^/]+)?"
    rf"|migrations/(?P<migrated>{ID})/[0-9]{{3}}_[A-Za-z0-9._-]+\.sql"
    rf"|fixtures/(?P<recorded>{ID})/[^/]+"
)
MANY = 256


def members(value: object, needed: str, optional: str = "") -> dict[str, object]:
    need(isinstance(value, dict), "not an object")
    names, wanted = set(value), set(needed.split())
    need(wanted <= names <= wanted | set(optional.split()), "not those members")
    return value


def several(value: object) -> list[object]:
    need(isinstance(value, list), "not an array")
    return value


def text(value: object) -> str:
    need(isinstance(value, str), "not a string")
    return value


def printable(value: object, most: int) -> str:
    need(re.fullmatch(r"[ -~]*", text(value)), "not printable ASCII")
    need(len(value) <= most, "too long")
    return value


def whole(value: object, least: int) -> int:
    need(type(value) is int and value >= least, "not such a whole number")
    return value


def identifier(value: object) -> str:
    need(re.fullmatch(ID, text(value)) and len(value) <= 128, "not an id")
    return value


def version(value: object) -> tuple[int, int, int]:
    found = VERSION.fullmatch(text(value))
    need(found, "not a version")
    return int(found[1]), int(found[2]), int(found[3])


def sha256(value: object, prefix: str = "") -> str:
    need(re.fullmatch(prefix + "[0-9a-f]{64}", text(value)), "not a digest")
    return value


def moment(value: object) -> datetime:
    found = TIME.fullmatch(text(value))
    need(found, "not a time")
    try:
        return datetime(*map(int, found.groups()), tzinfo=UTC)
    except ValueError as error:
        raise RefusedError("not a time") from error


def once(values: list[str], why: str) -> list[str]:
    need(len(set(values)) == len(values), why)
    return values


def file_name(name: str) -> None:
    parts = name.split("/")
    need(len(parts) <= 3 and all(map(PART.fullmatch, parts)), "name of a file")
    need(".." not in name, "two dots in a name")
    found = PLACES.fullmatch(name)
    need(found, "a file that a bundle does not have")
    need(all(len(one) <= 128 for one in found.groups() if one), "too long an id")


def owner(name: str) -> str | None:
    """The connector that a file belongs to, if its place says so."""
    found = PLACES.fullmatch(name)
    return found and (found["connector"] or found["migrated"] or found["recorded"])
