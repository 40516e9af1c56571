"""Walking the pages of a draft: what each one tells, and why paging ends."""

import json
import threading
import time
from dataclasses import replace

import pytest
from tests.support.clock import FakeClock
from tests.support.fault_server import FaultServer, answer
from tests.support.listing import SIZE, Listing, thing
from tests.support.promptness import in_time
from tests.workspace.faulty import CURSOR, PAGE, SINCE, described

from ferrule.errors import CircuitOpen, EndlessPaging, FerruleError, RateLimitError
from ferrule.workspace.giving import typed_secrets
from ferrule.workspace.walking.findings import walk_checks
from ferrule.workspace.walking.parts import Layout, Limits, Part
from ferrule.workspace.walking.walk import Subject, Walk, walkable

MANY = Limits(50, 1000)


@pytest.fixture
def server():
    with FaultServer() as server:
        yield server


@pytest.fixture
def listing(server):
    return Listing([thing(number) for number in range(1, 8)]).at(server)


def subject(server, *, config=None, **members):
    document = json.loads(described(**members))
    return Subject(document, {"baseUrl": server.origin, **(config or {})})


def walked(server, limits=MANY, part=None, **members):
    walk = Walk(subject(server, **members), limits=limits, part=part or Part())
    pages = list(walk.pages())
    assert pages == walk.walked
    return walk


def test_a_page_tells_what_was_asked_and_what_came(server, listing):
    walk = walked(server)
    first, second, third = walk.walked
    assert [p.number for p in walk.walked] == [1, 2, 3]
    assert [p.count for p in walk.walked] == [3, 3, 1]
    assert [p.signals for p in walk.walked] == [3, 3, 1]
    assert (first.method, first.url) == ("GET", f"{server.origin}/things")
    assert first.cursor_in == ""
    assert first.cursor_out == second.cursor_in == "2026-03-01T10:03:00Z/3"
    assert third.cursor_out == ""
    assert first.response.status == 200
    assert first.response.elapsed_ms > 0
    assert [item.id for item in third.items] == ["7"]
    assert walk.mark == "2026-03-01T10:07:00Z"


def test_only_the_first_request_opens_a_connection(server, listing):
    walk = walked(server)
    assert [p.response.timing.reused for p in walk.walked] == [False, True, True]


ENDS = (
    ({}, "whole", "No next page: $.next is empty or absent."),
    ({"pagination": PAGE}, "whole", f"Short page: 1 of {SIZE} items."),
    ({"pagination": {"type": "none"}}, "whole", "One page: this stream has no paging."),
    (
        {"pagination": {"type": "link_header"}},
        "whole",
        "No next page: the Link header names none.",
    ),
    (
        {"pagination": {**CURSOR, "maxPages": 2}},
        "cut",
        "maxPages reached: at most 2 pages are asked for.",
    ),
    (
        {"pagination": {**CURSOR, "hasMorePath": "$.more"}},
        "whole",
        "$.more says that there is no more.",
    ),
    (
        {"pagination": {**PAGE, "totalPath": "$.total"}},
        "whole",
        "Total reached: the service counts 7 items.",
    ),
    (
        {
            "pagination": {
                **CURSOR,
                "stopWhen": {"when": "$.items[0].id", "operator": "gte", "value": 4},
            }
        },
        "whole",
        "stopWhen holds for this page.",
    ),
)


@pytest.mark.parametrize(("members", "kind", "words"), ENDS)
def test_why_paging_ends_is_said(server, listing, members, kind, words):
    listing.body = lambda part, following: {
        "items": part,
        "next": following,
        "more": following is not None,
        "total": 7,
    }
    walk = walked(server, **members)
    assert (walk.end.kind, walk.end.words) == (kind, words)
    assert walk.walked[-1].end == walk.end


@pytest.mark.parametrize(
    ("limits", "pages", "words"),
    [
        (Limits(2, 1000), 2, "Limit reached: 2 pages."),
        (Limits(1, 1000), 1, "Limit reached: 1 page."),
        (Limits(50, 6), 2, "Limit reached: 6 records."),
        (Limits(50, 1), 2, "Limit reached: 1 record."),
    ],
)
def test_a_walk_ends_at_its_limits_and_says_so(server, listing, limits, pages, words):
    """One page tells nothing of paging: the limit of records holds from the second."""
    walk = walked(server, limits)
    assert len(walk.walked) == pages
    assert (walk.end.kind, walk.end.words) == ("limit", words)
    assert walk.walked[-1].cursor_out


def test_a_limit_on_the_very_last_page_is_no_limit(server, listing):
    assert walked(server, Limits(3, 1000)).end.kind == "whole"


def test_ids_that_come_again_are_named_with_their_first_page(server, listing):
    listing.body = lambda part, following: {
        "items": part if part[0]["id"] == 1 else [thing(2, 1), *part[1:]],
        "next": following,
    }
    walk = walked(server)
    assert [[(r.id, r.first) for r in p.repeats] for p in walk.walked] == [
        [],
        [("2", 1)],
        [("2", 1)],
    ]
    (found,) = walk_checks(walk)
    assert found.words == "2 ids came again on a later page."


def test_an_id_twice_on_one_page_is_found_too(server, listing):
    listing.body = lambda part, following: {
        "items": [*part, *part[:1]],
        "next": following,
    }
    walk = walked(server, Limits(2, 1000))
    assert [[(r.id, r.first) for r in p.repeats] for p in walk.walked] == [
        [("1", 1)],
        [("4", 2)],
    ]
    (found,) = walk_checks(walk)
    assert found.level == "warning"
    assert found.words == "2 ids came again on the same page: of each one is kept."


def test_a_service_that_ignores_the_page_is_found_out(server):
    same = {"items": [thing(1), thing(2), thing(3)]}
    server.serve("/things", lambda _: answer(json.dumps(same).encode()))
    walk = walked(server, pagination=PAGE)
    assert isinstance(walk.walked[-1].failure, EndlessPaging)
    assert walk.walked[-1].url.endswith("page=2")
    assert walk.end.kind == "failed"
    assert "same as an earlier one" in walk.end.words


def test_a_page_size_that_the_service_cuts_is_suspected(server):
    ten = {"items": [thing(number) for number in range(10)]}
    server.serve("/things", lambda _: answer(json.dumps(ten).encode()))
    walk = walked(server, pagination={**PAGE, "pageSize": 100})
    (found,) = walk_checks(walk)
    assert found.words.startswith("The first page holds 10 items though 100")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("too_many_3", RateLimitError),
        ("too_many_hour", RateLimitError),
        ("unavailable", FerruleError),
        ("server_error", FerruleError),
    ],
)
def test_nothing_is_waited_for(server, listing, fault, kind):
    listing.faults[2] = fault
    clock = FakeClock()
    walk = Walk(subject(server), limits=MANY, clock=clock)
    first, failed = walk.pages()
    assert first.count == SIZE
    assert isinstance(failed.failure, kind)
    assert not isinstance(failed.failure, CircuitOpen)
    assert (failed.method, failed.number) == ("GET", 2)
    assert "cursor=" in failed.url
    assert failed.response is None
    assert (walk.end.kind, walk.end.words) == ("failed", failed.failure.message)
    assert len(listing.asked) == 2
    assert clock.naps == []


def test_a_rate_that_the_draft_sets_is_kept_and_told(server, listing):
    clock = FakeClock()
    rate = {"limit": 1, "per": "PT2S", "burst": 1}
    walk = Walk(subject(server, rateLimits=[rate]), limits=MANY, clock=clock)
    pages = list(walk.pages())
    assert pages[0].waits == ()
    assert pages[1].waits[0].startswith("waited 2.0 s")


def test_items_that_cannot_be_mapped_are_counted_with_their_id(server, listing):
    listing.things[1]["updated_at"] = "2026-03-01T10:02:00Z but late"
    walk = walked(server)
    assert [len(page.errors) for page in walk.walked] == [1, 0, 0]
    assert walk.walked[0].errors[0][0] == "2"


def test_a_page_without_its_list_is_told(server):
    server.serve("/things", lambda _: answer(b'{"data": []}'))
    walk = walked(server)
    assert not walk.walked[0].listed
    assert next(walk_checks(walk)).words == (
        "Page 1 has no $.items: it counts as empty."
    )


FIELD = {"key": "token", "label": "Token", "type": "password"}


def test_a_secret_in_a_next_link_is_masked(server):
    token = "tok-0123456789abcdef"
    link = f'<{server.origin}/things?page=2&api_key={token}>; rel="next"'
    pages = iter([{"link": link}, {}])
    one = json.dumps({"items": [thing(1)]}).encode()
    two = json.dumps({"items": [thing(2)]}).encode()
    bodies = iter([one, two])
    server.serve("/things", lambda _: answer(next(bodies), **next(pages)))
    key = {"delivery": "query", "paramName": "api_key", "credentialFields": [FIELD]}
    sign_in = {"method": "api_key", "label": "Key", "config": key}
    one = subject(server, pagination={"type": "link_header"}, auth=sign_in)
    walk = Walk(replace(one, secrets=typed_secrets({"token": token})), limits=MANY)
    list(walk.pages())
    assert token not in repr(walk.walked)
    assert walk.walked[1].cursor_in.startswith("?page=2")


def test_a_walk_that_is_given_up_ends_at_once(server, listing):
    listing.faults[2] = "stall"
    walk = Walk(subject(server), limits=MANY)
    stopped = []

    def stop():
        stopped.append(time.monotonic())
        walk.cancel()

    threading.Timer(0.2, stop).start()
    pages = list(walk.pages())
    in_time(time.monotonic() - stopped[0], 0.2)
    assert len(pages) == 1
    assert (walk.end.kind, walk.end.words) == ("given up", "You stopped the walk.")


def test_one_given_up_before_it_begins_asks_nothing(server, listing):
    walk = Walk(subject(server))
    walk.cancel()
    assert list(walk.pages()) == []
    assert listing.asked == []
    assert walk.end.kind == "given up"


def test_what_cannot_be_asked_is_an_error(server):
    document = json.loads(described())
    walk = Walk(Subject(document, {}))
    with pytest.raises(FerruleError):
        list(walk.pages())


def test_a_half_typed_mapping_does_not_keep_from_walking(server, listing):
    walk = walked(server, mapping={"idPath": "$.["})
    assert [page.count for page in walk.walked] == [3, 3, 1]


def test_only_what_is_broken_is_left_out_of_a_mapping():
    document = json.loads(described(mapping={"tagsPath": "$.[", "idPath": "$.key"}))
    made = walkable(document)
    assert made["fieldMapping"]["idPath"] == "$.key"
    assert "tagsPath" not in made["fieldMapping"]


SITES = {"partition": {"name": "site", "values": ["a", "b", "c"], "param": "query:s"}}


def test_slices_of_a_list_are_known_beforehand_and_can_be_chosen(server, listing):
    one = subject(server, polling=SITES)
    layout = one.layout()
    assert [title for _, title in layout.slices] == ["site=a", "site=b", "site=c"]
    assert listing.asked == []
    key = layout.slices[1][0]
    walk = walked(server, part=Part(slice=key), polling=SITES)
    assert {query["s"] for query in listing.asked} == {"b"}
    assert walk.slices == {key: "site=b"}
    assert list(walk.mark["slices"]) == [key]


def test_the_first_slices_can_be_chosen(server, listing):
    walk = walked(server, part=Part(most=2), polling=SITES)
    assert [p.slice for p in walk.walked if p.end] == ["site=a", "site=b"]
    assert walk.end.kind == "whole"


def test_repeats_over_slices_are_seen(server, listing):
    walk = walked(server, part=Part(most=2), polling=SITES)
    assert sum(len(page.repeats) for page in walk.walked) == 7
    (found,) = walk_checks(walk)
    assert (found.level, found.words) == (
        "info",
        "7 ids came in more than one slice: kept once.",
    )


def test_a_page_that_a_link_ends_is_not_suspected(server):
    ten = {"items": [thing(number) for number in range(10)]}
    server.serve("/things", lambda _: answer(json.dumps(ten).encode()))
    paging = {"type": "link_header", "pageSize": 100, "pageSizeParam": "query:n"}
    assert list(walk_checks(walked(server, pagination=paging))) == []


WEEKS = {
    "type": "window",
    "format": "iso8601",
    "startParam": "query:since",
    "endParam": "query:until",
    "start": "2026-02-01T00:00:00Z",
    "end": "2026-03-01T00:00:00Z",
    "step": "P7D",
}


@pytest.mark.parametrize(
    ("windows", "begins"),
    [("all", [1, 8, 15, 22]), ("first", [1]), ("last", [22])],
)
def test_the_first_or_the_last_window_can_be_chosen(server, listing, windows, begins):
    listing.things = listing.things[:1]
    part = Part(windows=windows)
    walked(server, part=part, delta=WEEKS, pagination={"type": "none"})
    asked = [query["since"] for query in listing.asked]
    assert asked == [f"2026-02-{day:02}T00:00:00Z" for day in begins]
    assert subject(server, delta=WEEKS).layout() == Layout(windowed=True)


def parented(server):
    children = {
        "partition": {"name": "owner", "parent": "owners", "path": "$.id"},
        "endpoint": "/owned/{{partition.owner}}",
        "pagination": {**dict.fromkeys(CURSOR), "type": "none"},
        "delta": {**dict.fromkeys(SINCE), "type": "none"},
    }
    streams = [
        {"key": "owners", "name": "Owners", "collectionKey": "owner"},
        {
            "key": "owned",
            "name": "Owned",
            "collectionKey": "owned",
            "polling": children,
        },
    ]
    for number in range(1, 8):
        body = json.dumps({"items": [thing(100 + number)]}).encode()
        server.serve(f"/owned/{number}", lambda _, body=body: answer(body))
    document = json.loads(described(streams=streams))
    return Subject(document, {"baseUrl": server.origin}, stream="owned")


def test_the_first_parents_are_asked_for_and_no_more_than_are_needed(server, listing):
    one = parented(server)
    assert one.layout() == Layout(parents=("owners",))
    walk = Walk(one, limits=MANY, part=Part(most=2))
    pages = list(walk.pages())
    assert [page.slice for page in pages] == ["owner=1", "owner=2"]
    assert pages[0].parents == 1
    assert len(listing.asked) == 1


def test_parents_that_lead_nowhere_end_the_walk(server):
    bodies = (
        json.dumps({"items": [thing(n, title=str(n))], "next": str(n)})
        for n in range(60)
    )
    one = parented(server)
    one.document["streams"][1]["polling"]["partition"]["path"] = "$.nowhere"
    server.serve("/things", lambda _: answer(next(bodies).encode()))
    walk = Walk(one, limits=Limits(3, 100))
    list(walk.pages())
    assert walk.end.kind == "failed"
    assert "pages of parents" in walk.end.words
