"""Compiled paths against what a person would write by hand for the same place.

The floor is Python written for one path and for these very documents: it subscripts
where a member is always there and guards only where one may be null or absent. A
compiled path guards everywhere, and may still cost at most twice as much.
"""

import itertools
import re
import statistics
import timeit

import pytest

from ferrule.exchange import MISSING, decode, encode
from ferrule.expression.jsonpath import compile_path
from ferrule.sandbox.shelf import Wanted
from ferrule.sandbox.tracker import Tracker

pytestmark = pytest.mark.bench

MOST = 2.0
CONTAINERS = (dict, list)
BIG = 10_000_000
ROUNDS = 7
ISO_DAY = re.compile(r"2025-0[1-6]-.*")


def logins(node, found):
    """Collect every login below a node, parents first."""
    if isinstance(node, dict):
        if "login" in node:
            found.append(node["login"])
        for child in node.values():
            if isinstance(child, CONTAINERS):
                logins(child, found)
    else:
        for child in node:
            if isinstance(child, CONTAINERS):
                logins(child, found)
    return found


RECORD = [
    ("$.id", lambda r: r["id"]),
    ("$.user.login", lambda r: r["user"]["login"] if r["user"] else MISSING),
    ("$.milestone.title", lambda r: r["milestone"]["title"]),
    ("$.reactions.total_count", lambda r: r["reactions"]["total_count"]),
    ("$.pull_request.url", lambda r: r.get("pull_request", {}).get("url", MISSING)),
    ("$.labels[0].name", lambda r: r["labels"][0]["name"] if r["labels"] else MISSING),
    ("$.labels[*].name", lambda r: [label["name"] for label in r["labels"]]),
    ("$['number','title']", lambda r: [r["number"], r["title"]]),
    (
        "$.labels[?@.name == 'bug'].color",
        lambda r: [label["color"] for label in r["labels"] if label["name"] == "bug"],
    ),
    ("$..login", lambda r: logins(r, [])),
]
PAGE = [
    ("$.items[*].id", lambda p: [i["id"] for i in p["items"]]),
    (
        "$.items[*].user.login",
        lambda p: [i["user"]["login"] for i in p["items"] if i["user"]],
    ),
    (
        "$.items[*].labels[*].name",
        lambda p: [label["name"] for i in p["items"] for label in i["labels"]],
    ),
    ("$.items[-1].id", lambda p: p["items"][-1]["id"]),
    ("$.items[10:60:2].title", lambda p: [i["title"] for i in p["items"][10:60:2]]),
    (
        "$.items[*]['number','title']",
        lambda p: [x for i in p["items"] for x in (i["number"], i["title"])],
    ),
    (
        "$.items[?@.state == 'open'].id",
        lambda p: [i["id"] for i in p["items"] if i["state"] == "open"],
    ),
    (
        "$.items[?@.comments > 2 && @.milestone].title",
        lambda p: [
            i["title"] for i in p["items"] if i["comments"] > 2 and "milestone" in i
        ],
    ),
    (
        "$.items[?match(@.created_at, '2025-0[1-6]-.*')].id",
        lambda p: [i["id"] for i in p["items"] if ISO_DAY.fullmatch(i["created_at"])],
    ),
    ("$..login", lambda p: logins(p, [])),
]


def raw_records():
    return list(Tracker(400).issues.select(Wanted()))


def documents():
    """Return a rich record, a page of 100 and a document of 10 MB."""
    raw = raw_records()
    record = decode(max(raw, key=lambda one: len(one) * (b'"milestone":{' in one)))
    few = page_of(raw[:100])
    size = sum(map(len, raw))
    many = page_of(itertools.chain.from_iterable([raw] * (BIG // size + 1)))
    assert len(encode(many)) >= BIG
    return record, few, many


def page_of(raw):
    return decode(b'{"total":1,"items":[' + b",".join(raw) + b"]}")


def seconds(find, document, number):
    return min(timeit.repeat(lambda: find(document), number=number, repeat=1)) / number


def ratio(text, by_hand, document, number):
    path = compile_path(text)
    ours = path.first if path.singular else path.values
    assert ours(document) == by_hand(document)
    assert ours(document) != []
    rounds = [
        (seconds(by_hand, document, number), seconds(ours, document, number))
        for _ in range(ROUNDS)
    ]
    return min(one for _, one in rounds) / min(one for one, _ in rounds)


def test_a_compiled_path_costs_at_most_twice_the_hand_written_one(capsys):
    record, page, big = documents()
    kinds = [
        ("record", RECORD, record, 5000),
        ("page", PAGE, page, 200),
        ("10 MB", PAGE, big, 1),
    ]
    means = []
    for name, paths, document, number in kinds:
        ratios = [ratio(text, hand, document, number) for text, hand in paths]
        means.append(statistics.geometric_mean(ratios))
        with capsys.disabled():
            print(f"\n{name}: geometric mean {means[-1]:.2f}")
            for (text, _), one in zip(paths, ratios, strict=True):
                print(f"  {one:5.2f}  {text}")
    assert max(means) <= MOST
