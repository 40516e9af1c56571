"""Partitions: every value asked, each with its mark, none twice, killed or not."""

from urllib.parse import urlsplit

import pytest
from tests.sync.routed import run_routed
from tests.sync.scripted import BASE, SINCE, MemorySink, answer, document, item

from ferrule.descriptor.document import validate
from ferrule.errors import DescriptorInvalid, UnexpectedStatus
from ferrule.sync import marks
from ferrule.sync.events import BatchStored, Noticed, StreamEnded, StreamStarted

REGION = {"name": "region", "param": "region", "values": ["eu", "us"]}
NUMBERED = {"type": "page", "nextParam": "page", "pageSize": 2}


def sliced(partition=REGION, delta=None, **members):
    polling = {"partition": partition, **members.pop("polling", {})}
    return document(
        members.pop("pagination", NUMBERED), delta, polling=polling, **members
    )


def regions(path, query):
    """Give three items of each region in two pages, newer ones in the second."""
    del path
    start = {"eu": 10, "us": 20}[query["region"]]
    day = {"eu": 3, "us": 5}[query["region"]]
    pages = {"1": [item(start), item(start + 1)], "2": [item(start + 2, day)]}
    return answer(pages[query["page"]])


def test_each_value_is_asked_to_its_end():
    trial = run_routed(sliced(), regions)
    assert trial.service.queries == [
        {"region": region, "page": page} for region in ("eu", "us") for page in "12"
    ]
    assert trial.sink.ids == ["10", "11", "12", "20", "21", "22"]
    assert len(trial.progress.sweeps) == 1


def test_a_template_names_the_value():
    made = sliced(
        {"name": "region", "values": ["eu", "us"]},
        polling={"endpoint": f"{BASE}/{{{{partition.region}}}}/things"},
    )
    trial = run_routed(made, lambda path, _: answer([item(len(path))]))
    assert trial.service.paths == ["/eu/things", "/us/things"]


LISTS = [
    ("eu, us\nasia,,eu", ["eu", "us", "asia"]),
    (["eu", "us"], ["eu", "us"]),
    (["eu,us", 7], ["eu", "us", "7"]),
    (7, ["7"]),
    ("", []),
    (None, []),
]


@pytest.mark.parametrize(("given", "asked"), LISTS)
def test_values_come_from_the_configuration(given, asked):
    made = sliced({**REGION, "values": "{{config.regions}}"})
    made["configFields"] = [{"key": "regions", "label": "Regions", "type": "list"}]
    if isinstance(given, int):
        made["configFields"][0]["type"] = "number"
    config = {} if given is None else {"regions": given}
    if isinstance(given, list) and not all(isinstance(g, str) for g in given):
        config = {"regions": ["eu,us", "7"]}
    trial = run_routed(made, lambda *_: answer([]), config=config)
    assert [query["region"] for query in trial.service.queries] == asked
    assert len(trial.progress.sweeps) == bool(asked)
    assert trial.told(StreamEnded)[0].whole is bool(asked)


def test_several_values_go_into_one_request():
    batched = {**REGION, "values": ["a", "b", "c"], "batchSize": 2}
    trial = run_routed(
        sliced(batched, polling={"arrayFormat": "comma"}), lambda *_: answer([])
    )
    assert [query["region"] for query in trial.service.queries] == ["a,b", "c"]


def test_two_partitions_are_multiplied():
    other = {"name": "kind", "param": "kind", "values": ["x", "y"]}
    trial = run_routed(sliced([REGION, other]), lambda *_: answer([]))
    assert [(q["region"], q["kind"]) for q in trial.service.queries] == [
        ("eu", "x"),
        ("eu", "y"),
        ("us", "x"),
        ("us", "y"),
    ]
    batches = trial.told(BatchStored)
    assert [b.slice for b in batches][:2] == ["region=eu, kind=x", "region=eu, kind=y"]
    assert [(b.slices_done, b.slices) for b in batches] == [
        (n, 4) for n in (1, 2, 3, 4)
    ]
    assert trial.told(StreamStarted)[0].slices == 4


def test_each_slice_goes_on_from_its_own_mark():
    made = sliced(delta=SINCE)
    trial = run_routed(made, regions)
    found = {
        "slices": {
            '{"region":"eu"}': "2026-01-03T00:00:00Z",
            '{"region":"us"}': "2026-01-05T00:00:00Z",
        }
    }
    assert trial.progress.whole == {"things": found}
    again = run_routed(made, lambda *_: answer([]), sink=trial.sink, full=False)
    assert [q["since"] for q in again.service.queries] == [
        "2026-01-03T00:00:00Z",
        "2026-01-05T00:00:00Z",
    ]
    assert again.progress.whole == {"things": found}


def test_a_new_value_begins_at_its_beginning():
    trial = run_routed(sliced(delta=SINCE), regions)
    wider = sliced({**REGION, "values": ["eu", "asia"]}, SINCE)
    again = run_routed(wider, lambda *_: answer([]), sink=trial.sink, full=False)
    assert [q.get("since") for q in again.service.queries] == [
        "2026-01-03T00:00:00Z",
        None,
    ]
    assert list(again.progress.whole["things"]["slices"]) == ['{"region":"eu"}']


@pytest.mark.parametrize(
    ("dates", "mark"),
    [
        ((None, None), "2026-01-03T00:00:00Z"),
        (("Fri, 09 Jan 2026 00:00:00 GMT",) * 2, "2026-01-05T00:00:00Z"),
        (
            ("Sun, 04 Jan 2026 00:00:00 GMT", "Fri, 09 Jan 2026 00:00:00 GMT"),
            "2026-01-04T00:00:00Z",
        ),
    ],
)
def test_one_mark_for_all_slices_is_never_beyond_what_each_was_seen_to(dates, mark):
    made = sliced(delta={**SINCE, "scope": "stream"})

    def dated(path, query):
        date = dates[("eu", "us").index(query["region"])]
        found = regions(path, query)
        named = (("Date", date),) if date else ()
        return type(found)(200, named, found.body)

    assert run_routed(made, dated).progress.whole == {"things": mark}


def test_too_many_slices_share_their_oldest_mark(monkeypatch):
    monkeypatch.setattr(marks, "MOST_MARKS", 1)
    trial = run_routed(sliced(delta=SINCE), regions)
    assert trial.progress.whole == {"things": "2026-01-03T00:00:00Z"}
    assert "too many" in trial.told(Noticed)[0].message


def test_too_many_slices_whose_marks_have_no_order_keep_some(monkeypatch):
    monkeypatch.setattr(marks, "MOST_MARKS", 1)
    cursor = {"type": "cursor", "cursorPath": "item:$.id", "cursorParam": "c"}
    trial = run_routed(sliced(delta=cursor), regions)
    assert trial.progress.whole == {"things": {"slices": {'{"region":"eu"}': 12}}}
    assert "from their beginning" in trial.told(Noticed)[0].message


@pytest.mark.parametrize("pages", range(1, 5))
def test_a_run_that_ends_anywhere_goes_on_there(pages):
    made, sink, left = sliced(delta=SINCE), MemorySink(), iter(range(pages))

    def dies(path, query):
        if next(left, None) is None:
            raise UnexpectedStatus("It broke.", status=500)
        return regions(path, query)

    if pages < 4:
        with pytest.raises(UnexpectedStatus):
            run_routed(made, dies, sink=sink)
    else:
        run_routed(made, dies, sink=sink)
        sink.checkpoints.clear()
        return
    trial = run_routed(made, regions, sink=sink)
    assert len(trial.service.asked) == 4 - pages
    assert sink.ids == ["10", "11", "12", "20", "21", "22"]
    assert trial.progress.whole["things"]["slices"] == {
        '{"region":"eu"}': "2026-01-03T00:00:00Z",
        '{"region":"us"}': "2026-01-05T00:00:00Z",
    }
    assert len(trial.progress.sweeps) == 1


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_a_limit_is_exact_across_slices(limit):
    sink, rounds = MemorySink(), 0
    while len(sink.ids) < 6:
        trial = run_routed(sliced(), regions, sink=sink, limit=limit)
        rounds += 1
        assert trial.progress.taken <= limit
    assert sink.ids == ["10", "11", "12", "20", "21", "22"]
    assert rounds == -(-6 // limit)


def test_what_a_rule_ignores_ends_its_slice_and_nothing_is_swept():
    def one_ignored(path, query):
        found = regions(path, query)
        if query["region"] == "eu":
            return type(found)(404, (), b"{}", ignored=True)
        return found

    trial = run_routed(sliced(delta=SINCE), one_ignored)
    assert trial.sink.ids == ["20", "21", "22"]
    assert trial.progress.sweeps == []
    assert list(trial.progress.whole["things"]["slices"]) == ['{"region":"us"}']
    assert "region=eu" in trial.told(Noticed)[0].message


def test_a_slice_that_is_cut_short_keeps_its_mark_and_the_others_move():
    made = sliced(delta=SINCE, pagination={**NUMBERED, "maxPages": 1})
    kept = {"slices": {'{"region":"eu"}': "2025-12-01T00:00:00Z"}}
    sink = MemorySink(checkpoints={"things": kept})

    def short(path, query):
        del path
        some = [item(1, 9), item(2, 9)] if query["region"] == "eu" else [item(3, 9)]
        return answer(some)

    trial = run_routed(made, short, sink=sink, full=False)
    assert trial.progress.whole["things"] == {
        "slices": {
            '{"region":"eu"}': "2025-12-01T00:00:00Z",
            '{"region":"us"}': "2026-01-09T00:00:00Z",
        }
    }


def test_the_same_page_in_two_slices_is_no_loop():
    trial = run_routed(sliced(), lambda *_: answer([item(1)]))
    assert len(trial.service.asked) == 2


def with_parent(child=None, parent=None, **partition):
    return document(
        NUMBERED,
        streams=[
            {
                "key": "projects",
                "polling": {"endpoint": f"{BASE}/projects", **(parent or {})},
            },
            {
                "key": "tasks",
                "polling": {
                    "endpoint": f"{BASE}/projects/{{project}}/tasks",
                    "partition": {
                        "name": "project",
                        "param": "path:project",
                        "parent": "projects",
                        "path": "$.id",
                        **partition,
                    },
                    **(child or {}),
                },
            },
        ],
    )


def projects(path, query):
    """Give five projects in three pages, and two tasks of each."""
    if path == "/projects":
        numbers = range(1, 6)
        since = query.get("since", "")
        found = [item(n, n, name=f"P{n}", open=n != 3) for n in numbers]
        found = [one for one in found if one["updated_at"] >= since]
        page = int(query["page"])
        return answer(found[2 * page - 2 : 2 * page])
    number = int(path.split("/")[2])
    return answer(
        [item(number * 10 + n, n) for n in (1, 2)] if query["page"] == "1" else []
    )


def only_tasks(trial):
    return [path for path in trial.service.paths if path.endswith("tasks")]


def test_the_items_of_a_parent_are_the_slices_of_a_child():
    trial = run_routed(with_parent(), projects)
    tasks = list(dict.fromkeys(only_tasks(trial)))
    assert tasks == [f"/projects/{n}/tasks" for n in range(1, 6)]
    stored = {batch.stream for batch in trial.sink.batches}
    assert stored == {"projects", "tasks"}
    assert len(trial.progress.sweeps) == 2


def test_a_parent_is_read_without_being_stored():
    made = with_parent()
    made["streams"][0]["enabledByDefault"] = False
    trial = run_routed(made, projects)
    assert {batch.stream for batch in trial.sink.batches} == {"tasks"}
    assert len(trial.sink.ids) == 10


def test_parents_are_chosen_and_copied_in():
    made = with_parent(
        where={"when": "$.open", "operator": "equals", "value": True},
        include={"project_name": "$.name", "nothing": "$.nothing"},
        child={"query": {"name": "{{partition.project_name}}"}},
    )
    made["fieldMapping"]["summaryTemplate"] = "{{project_name|default('')}}"
    made["fieldMapping"]["summaryTemplate"] = '{{project_name|default("")}}'
    trial = run_routed(made, projects)
    assert "/projects/3/tasks" not in only_tasks(trial)
    tasks = [b for b in trial.sink.batches if b.stream == "tasks" and b.signals]
    assert [s.summary for b in tasks for s in b.signals] == ["P1"] * 2 + ["P2"] * 2 + [
        "P4"
    ] * 2 + ["P5"] * 2
    names = {
        q.get("name")
        for q, p in zip(trial.service.queries, trial.service.paths, strict=True)
        if p.endswith("tasks")
    }
    assert names == {"P1", "P2", "P4", "P5"}


def test_a_parent_that_repeats_an_item_gives_one_slice():
    def shifting(path, query):
        if path == "/projects" and query["page"] == "2":
            return answer([item(2, 2), item(3, 3)])
        return projects(path, query)

    trial = run_routed(with_parent(), shifting)
    assert only_tasks(trial).count("/projects/2/tasks") == 2


def test_several_parents_go_into_one_request():
    made = with_parent(child={"endpoint": f"{BASE}/tasks"}, param="ids", batchSize=2)
    asked = []

    def batched(path, query):
        if path == "/projects":
            return projects(path, query)
        return answer([])

    trial = run_routed(made, batched)
    asked = [r.query for r in trial.service.asked if urlsplit(r.url).path == "/tasks"]
    assert [[v for k, v in query if k == "ids"] for query in asked] == [
        ["1", "2"],
        ["3", "4"],
        ["5"],
    ]


def test_children_of_changed_parents_only_each_from_its_own_mark():
    made = with_parent(
        parent={"delta": SINCE}, child={"delta": SINCE}, incremental=True
    )
    first = run_routed(made, projects)
    assert first.progress.whole["tasks"]["parents"] == {
        "project": "2026-01-05T00:00:00Z"
    }
    seen = []

    def later(path, query):
        seen.append((path, query.get("since")))
        return projects(path, query)

    again = run_routed(made, later, sink=first.sink, full=False)
    assert dict(seen)["/projects"] == "2026-01-05T00:00:00Z"
    assert next((p, s) for p, s in seen if p.endswith("tasks")) == (
        "/projects/5/tasks",
        "2026-01-02T00:00:00Z",
    )
    assert len({p for p, _ in seen if p.endswith("tasks")}) == 1
    assert len(again.progress.whole["tasks"]["slices"]) == 5


@pytest.mark.parametrize("pages", range(0, 24, 3))
def test_a_killed_run_over_parents_ends_as_one_that_was_left_alone(pages):
    made, sink, left = (
        with_parent(child={"delta": SINCE}),
        MemorySink(),
        iter(range(pages)),
    )

    def dies(path, query):
        if next(left, None) is None:
            raise UnexpectedStatus("It broke.", status=500)
        return projects(path, query)

    try:
        run_routed(made, dies, sink=sink)
    except UnexpectedStatus:
        run_routed(made, projects, sink=sink)
    whole = run_routed(made, projects)
    assert sink.checkpoints == whole.sink.checkpoints
    assert sink.ids == whole.sink.ids


@pytest.mark.parametrize("cache", [True, False])
def test_pages_of_a_cached_parent_are_fetched_once_in_a_run(cache):
    trial = run_routed(with_parent(parent={"cache": cache}), projects)
    assert trial.service.paths.count("/projects") == (3 if cache else 6)
    assert len(trial.sink.ids) == 15


CIRCLES = [
    ({"a": "a"}, "a → a"),
    ({"a": "b", "b": "a"}, "a → b → a"),
    ({"a": "b", "b": "c", "c": "b"}, "b → c → b"),
]


@pytest.mark.parametrize(("parents", "way"), CIRCLES)
def test_parents_in_a_circle_are_refused_at_load(parents, way):
    streams = [
        {
            "key": key,
            "polling": {
                "partition": {"name": "p", "parent": parents[key], "path": "$.id"}
            }
            if key in parents
            else {},
        }
        for key in "abc"
    ]
    with pytest.raises(DescriptorInvalid) as caught:
        validate(document(streams=streams))
    assert way in " ".join(p.message for p in caught.value.problems)
    assert caught.value.problems[0].pointer.endswith("/polling/partition")
