"""The records of the measured service: GitHub-like issues of about 1.3 kB each.

Record `i` is the same bytes in every run and every process. A tenth of the texts hold
CRLF and a tenth are not ASCII, as texts of real trackers do.
"""

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

KINDS: Final = 500
_PEOPLE: Final = ("amina", "björn", "chidi", "daria", "emeka", "farah", "goran", "hana")
_LABELS: Final = ("bug", "docs", "api", "ui", "priority: high", "priority: low")
_WORDS: Final = (
    "the request is repeated after a timeout and the second answer is lost",
    "steps: open the list, choose a filter, go back; the filter is still there",
    "a page with umlauts and other scripts is cut in the middle of a character",
    "expected: one row a record. found: two rows, the second without its time",
)


@cache
def _kind(number: int) -> tuple[bytes, ...]:
    """Return one of the texts that a record is made of, cut where numbers go in."""
    text = json.dumps(_issue(number), ensure_ascii=False, separators=(",", ":"))
    for member in ("id", "number"):
        text = text.replace(f'"{member}":"@{member}@"', f'"{member}":@{member}@')
    return tuple(text.encode().split(b"@"))


def _issue(number: int) -> dict[str, Any]:
    web = "https://issues.example.com/sample/workshop"
    people = [_person(number + offset) for offset in range(number % 3 + 1)]
    labels = [_label(number + offset) for offset in range(0, number % 4 + 1, 2)]
    return {
        "id": "@id@",
        "node_id": "I_kwDOA@id@",
        "number": "@number@",
        "title": f"{_WORDS[number % 4][:40]} ({number})",
        "state": "open" if number % 3 else "closed",
        "locked": False,
        "url": f"{web}/api/issues/@number@",
        "html_url": f"{web}/issues/@number@",
        "comments_url": f"{web}/api/issues/@number@/comments",
        "user": people[0],
        "labels": labels,
        "assignees": people[1:],
        "milestone": None if number % 2 else {"title": "Next", "number": number},
        "comments": number % 17,
        "created_at": "@created@",
        "updated_at": "@updated@",
        "closed_at": None,
        "author_association": "CONTRIBUTOR",
        "reactions": {"total_count": number % 5, "+1": number % 5, "heart": 0},
        "body": _body(number),
    }


def _person(number: int) -> dict[str, Any]:
    login = _PEOPLE[number % len(_PEOPLE)]
    return {
        "login": login.replace("ö", "o"),
        "id": 1000 + number % 8,
        "avatar_url": f"https://avatars.example.com/u/{1000 + number % 8}?v=4",
        "type": "User",
        "site_admin": False,
    }


def _label(number: int) -> dict[str, Any]:
    name = _LABELS[number % len(_LABELS)]
    return {"id": 77_000 + number % 6, "name": name, "color": "d73a4a", "default": True}


def _body(number: int) -> str:
    end = "\r\n" if number % 10 == 0 else "\n" if number % 3 == 0 else ". "
    words = end.join(_WORDS[(number + turn) % 4] for turn in range(4 + number % 3))
    return f"{words} — größer als “50 %”" if number % 10 == 1 else words


def record(number: int) -> bytes:
    """Return the JSON of record `number`, from 0; two in three changed since made."""
    created = 1_600_000_000 + number * 30
    updated = created if number % 3 == 0 else created + 86_400 + number % 3_600
    values = {
        b"id": b"%d" % (2_000_000_000 + number),
        b"number": b"%d" % (number + 1),
        b"created": _stamp(created),
        b"updated": _stamp(updated),
    }
    return b"".join([values.get(part, part) for part in _kind(number % KINDS)])


def _stamp(seconds: int) -> bytes:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()


def rows(first: int, last: int) -> bytes:
    """Return the records from `first` up to but not including `last`, with commas."""
    return b",".join([record(number) for number in range(first, last)])
