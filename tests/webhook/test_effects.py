"""What a delivery does: created, updated, archived, removed, or left be, and why."""

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from tests.webhook.mapped import MAPPING, PLACE, Mapped, item

from ferrule.errors import DescriptorInvalid
from ferrule.store import Batch, Sweep, Taker
from ferrule.webhook.mapping import UNVERIFIED

EVENTS = {
    "events": [
        {"types": ["made"], "effect": "create"},
        {"types": ["changed"], "effect": "update"},
        {"types": ["shelved"], "effect": "archive"},
        {"types": ["gone"], "effect": "delete"},
        {"types": ["either"], "effect": "from_store"},
    ],
    "itemsPath": "$.item",
}


@pytest.fixture
def here(tmp_path: Path) -> Mapped:
    return Mapped(tmp_path, EVENTS)


@pytest.mark.parametrize(
    ("before", "event", "sent", "status", "counted"),
    [
        ([], "made", item(1), "mapped", {"created": 1}),
        ([], "changed", item(1), "mapped", {"created": 1}),
        ([], "either", item(1), "mapped", {"created": 1}),
        ([item(1)], "made", item(1, 5), "mapped", {"updated": 1}),
        ([item(1)], "changed", item(1, 5), "mapped", {"updated": 1}),
        ([item(1)], "either", item(1, 5), "mapped", {"updated": 1}),
        ([item(1)], "changed", item(1), "mapped", {"unchanged": 1}),
        ([item(1, 5)], "changed", item(1, 3), "skipped", {"stale": 1}),
        ([item(1, 5)], "changed", item(1, 5, title="B"), "mapped", {"updated": 1}),
        ([item(1)], "shelved", item(1, 5), "mapped", {"archived": 1}),
        ([], "shelved", item(1, 5), "mapped", {"archived": 1}),
        ([item(1)], "shelved", {"id": 1}, "mapped", {"archived": 1}),
        ([], "shelved", {"id": 1}, "skipped", {"unknown": 1}),
        ([item(1)], "gone", {"id": 1}, "mapped", {"deleted": 1}),
        ([item(1, 5)], "gone", item(1, 3), "skipped", {"stale": 1}),
        ([], "gone", {"id": 1}, "skipped", {"unknown": 1}),
        ([], "gone", {"name": 1}, "dead", {"failed": 1}),
        ([], "made", {"id": 1}, "dead", {"failed": 1}),
        ([], "made", [], "mapped", {}),
        ([], "made", None, "mapped", {}),
        (
            [],
            "made",
            [item(1), {"id": 2}, item(3)],
            "dead",
            {"created": 2, "failed": 1},
        ),
    ],
)
def test_each_effect_on_what_is_stored(
    here: Mapped,
    before: list[Any],
    event: str,
    sent: Any,
    status: str,
    counted: dict[str, int],
) -> None:
    for one in before:
        here.send({"item": one})
    done = here.send({"item": sent}, event)
    numbers = {k: v for k, v in done.outcome.items() if isinstance(v, int)}
    assert (done.status, numbers) == (status, counted), done


def test_what_is_removed_is_gone_and_stays_gone(here: Mapped) -> None:
    here.send({"item": item(1, 5)})
    assert here.send({"item": {"id": 1}}, "gone").status == "mapped"
    assert here.signals == {}
    late = here.send({"item": item(1, 4)}, "changed")
    assert (late.status, late.error) == ("skipped", "What is stored is newer.")
    back = here.send({"item": {**item(1), "at": "2026-03-02T00:00:00Z"}}, "made")
    assert back.outcome["created"] == 1


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_in_whatever_order_calls_come_the_newest_counts(
    here: Mapped, order: tuple[int, ...]
) -> None:
    calls = [
        ({"item": item(1, 1)}, "made"),
        ({"item": item(1, 2)}, "gone"),
        ({"item": item(1, 3, title="Back")}, "made"),
        ({"item": item(2, 1)}, "made"),
    ]
    for index in order:
        here.send(*calls[index])
    assert here.signals["1"].signal.summary == "Back"
    here.send({"item": item(1, 4)}, "gone")
    for index in order:
        here.send(*calls[index])
    assert here.signals.keys() == {"2"}


def test_attack_a_captured_call_under_another_name_changes_nothing(
    here: Mapped,
) -> None:
    """A service's name of a call stands beside what it signs: anybody may change it."""
    old, new = {"item": item(1)}, {"item": item(1, 2, title="New")}
    here.send(old)
    assert here.send(old).outcome["unchanged"] == 1
    here.send(new)
    again = here.send(old)
    assert (again.status, again.outcome["stale"]) == ("skipped", 1)
    here.send({"item": item(1, 3)}, "gone")
    assert here.send(new).outcome["stale"] == 1
    assert here.signals == {}


def test_what_is_gone_before_anything_was_stored_stays_gone(here: Mapped) -> None:
    here.send({"item": item(1, 5)}, "gone")
    here.send({"item": item(1, 4)})
    assert here.signals == {}


def test_an_archived_signal_says_when(here: Mapped) -> None:
    here.send({"item": item(1, 5)})
    here.send({"item": item(2, 5)})
    here.send({"item": item(1, 6)}, "shelved")
    here.send({"item": {"id": 2}}, "shelved")
    found = {key: one.signal.archived_at for key, one in here.signals.items()}
    assert found == {"1": "2026-03-01T10:06:00Z", "2": "2026-03-01T11:00:00Z"}


@pytest.mark.parametrize(
    "rule",
    [
        {"when": "$.state", "operator": "equals", "value": "away"},
        {"any": [{"when": "$.away", "operator": "exists"}]},
        {"all": [{"when": "$.away", "operator": "exists"}]},
        {"not": {"when": "$.open", "operator": "exists"}},
    ],
)
def test_an_archiving_event_needs_no_rule_of_the_mapping(
    tmp_path: Path, rule: dict[str, Any]
) -> None:
    mapping = {**MAPPING, "archivedWhen": rule}
    here = Mapped(tmp_path, EVENTS, fieldMapping=mapping)
    assert here.send({"item": item(1, 5)}, "shelved").outcome["archived"] == 1


def test_failures_are_told_with_place_and_reason(here: Mapped) -> None:
    done = here.send({"item": [item(1), {"id": 7, "at": "noon"}]})
    assert done.status == "dead"
    assert done.error is not None
    assert done.error.startswith("1 of 2 items could not be mapped: timestampPath:")
    (failure,) = done.outcome["failures"]
    assert failure["item"] == 1
    assert failure["id"] == "7"
    assert failure["path"] == "timestampPath"
    assert list(here.signals) == ["1"]


@pytest.mark.parametrize(
    ("body", "event", "status", "why"),
    [
        (b"<xml/>", "made", "dead", "The body is neither JSON nor a form."),
        ({"other": 1}, "made", "dead", "$.item leads to nothing"),
        ({"item": item(1)}, None, "dead", "does not say what event"),
        ({"item": item(1)}, "unheard", "ignored", "No rule"),
    ],
)
def test_what_cannot_be_mapped_as_a_whole(
    here: Mapped, body: Any, event: str | None, status: str, why: str
) -> None:
    done = here.send(body, event)
    assert done.status == status
    assert why in (done.error or "")
    assert here.signals == {}


def test_without_rules_all_that_is_handled_is_mapped(tmp_path: Path) -> None:
    here = Mapped(tmp_path, {"eventTypes": ["made", "changed"]})
    assert here.send({"items": [item(1)]}, "made").outcome["created"] == 1
    assert here.send({"items": [item(1, 3)]}, "changed").outcome["updated"] == 1
    assert here.send({"items": [item(1, 4)]}, "other").status == "ignored"


def test_without_any_types_every_call_is_mapped(tmp_path: Path) -> None:
    here = Mapped(tmp_path, {})
    assert here.send({"items": [item(1)]}, None).outcome["created"] == 1
    assert here.send({"items": [item(2)]}, "whatever").outcome["created"] == 1


def test_a_condition_chooses_among_rules_and_several_may_apply(tmp_path: Path) -> None:
    closed = {"when": "$.state", "operator": "equals", "value": "closed"}
    events = [
        {"types": ["issue"], "effect": "update", "when": {"not": closed}},
        {"types": ["issue"], "effect": "delete", "when": closed},
        {"types": ["*"], "effect": "create", "stream": "log", "itemsPath": "$"},
    ]
    streams = [
        {"key": "issues"},
        {"key": "log", "fieldMapping": {"idPath": "$.nr", "timestampPath": "$.on"}},
    ]
    here = Mapped(tmp_path, {"events": events, "itemsPath": "$.item"}, streams=streams)
    opened = {"item": item(1), "state": "open", "nr": 1, "on": "2026-03-01"}
    done = here.send(opened, "issue")
    assert done.outcome["created"] == 2
    assert done.outcome["streams"] == ["issues", "log"]
    done = here.send({**opened, "state": "closed", "nr": 2}, "issue")
    assert (done.outcome["deleted"], done.outcome["created"]) == (1, 1)
    assert {one.signal.stream for one in here.signals.values()} == {"log"}


def test_a_rules_own_mapping_is_a_patch_of_the_streams(tmp_path: Path) -> None:
    patch = {
        "idPath": "$.number",
        "summaryTemplate": "{{event}} {{headers.x-kind}}: {{title}}",
        "tagsPath": None,
    }
    events = [
        {"types": ["made"], "effect": "create", "fieldMapping": patch},
        {"types": ["plain"], "effect": "create"},
    ]
    mapping = {**MAPPING, "tagsPath": "$.tags"}
    here = Mapped(tmp_path, {"events": events}, fieldMapping=mapping)
    for kind in ("red", "blue"):
        one = {**item(1, tags=["a"]), "number": f"n-{kind}"}
        here.send({"items": [one]}, headers=[("X-Kind", kind)])
    here.send({"items": [item(2, tags=["a"])]}, "plain")
    found = {
        k: (one.signal.summary, one.signal.tags) for k, one in here.signals.items()
    }
    assert found == {
        "n-red": ("made red: Item 1", []),
        "n-blue": ("made blue: Item 1", []),
        "2": ("Item 2", ["a"]),
    }


def test_what_a_person_changed_of_a_mapping_counts_for_calls(tmp_path: Path) -> None:
    changed = {"hook": {"summaryTemplate": "My {{title}}"}}
    here = Mapped(tmp_path, EVENTS, overrides=changed)
    here.send({"item": item(1)})
    assert here.signals["1"].signal.summary == "My Item 1"


@pytest.mark.parametrize(
    ("polls", "body"),
    [
        (True, {"event_type": "made", "event_ts": 1, "payload": item(1)}),
        (True, {"event_type": "made", "event_ts": 1, "payload": {"items": [item(1)]}}),
        (True, {"event": "made", "data": [item(1)]}),
        (False, {"event": "made", "data": item(1)}),
        (False, {"event_type": "made", "payload": {"items": [item(1)]}}),
        (False, {"event_type": "made", "payload": 1, "items": [item(1)]}),
    ],
)
def test_the_seeds_shapes_are_looked_into(
    tmp_path: Path, polls: bool, body: dict[str, Any]
) -> None:
    here = Mapped(tmp_path, {"eventTypes": ["made"]}, polls=polls)
    assert here.send(body, None).outcome["created"] == 1
    assert list(here.signals) == ["1"]


@pytest.mark.parametrize(
    ("id_path", "body", "found"),
    [
        ("$.id", {"event": "made", "data": item(1)}, "1"),
        ("$.id", {"event": "made", "id": 7, "at": item(1)["at"], "data": {}}, "7"),
        ("$.data.id", {"event": "made", "at": item(1)["at"], "data": item(1)}, "1"),
    ],
    ids=["its payload", "the body", "the body, told by its payload"],
)
def test_a_shape_is_the_item_where_it_has_the_id(
    tmp_path: Path, id_path: str, body: dict[str, Any], found: str
) -> None:
    mapping = {**MAPPING, "itemsPath": "$", "idPath": id_path}
    here = Mapped(tmp_path, {"eventTypes": ["made"]}, fieldMapping=mapping)
    assert here.send(body, None).outcome["created"] == 1
    assert list(here.signals) == [found]


def test_an_items_schema_is_held(tmp_path: Path) -> None:
    schema = {"type": "object", "required": ["owner"]}
    here = Mapped(tmp_path, EVENTS, fieldMapping={**MAPPING, "schema": schema})
    done = here.send({"item": item(1)})
    assert done.status == "dead"
    assert done.outcome["failures"][0]["path"] == "schema"


def test_signals_are_made_safe_and_say_when_nobody_verified_them(
    here: Mapped,
) -> None:
    here.send({"item": item(1, title="a\x00b\u202ec")}, verdict="unsigned")
    signal = here.signals["1"].signal
    assert "\x00" not in signal.summary
    assert "\u202e" not in signal.summary
    assert signal.warnings is not None
    assert UNVERIFIED in signal.warnings


def test_a_filter_leaves_out_and_deleted_when_removes(tmp_path: Path) -> None:
    mapping = {
        **MAPPING,
        "filter": {"when": "$.kind", "operator": "equals", "value": "bug"},
        "deletedWhen": {"when": "$.trashed", "operator": "exists"},
    }
    here = Mapped(tmp_path, EVENTS, fieldMapping=mapping)
    done = here.send({"item": item(1, kind="task")})
    assert (done.status, done.outcome["left_out"]) == ("skipped", 1)
    here.send({"item": item(2, kind="bug")})
    done = here.send({"item": item(2, 1, kind="bug", trashed=True)}, "changed")
    assert done.outcome["deleted"] == 1
    assert here.signals == {}


def test_a_full_run_under_way_sweeps_nothing_that_a_call_brought(here: Mapped) -> None:
    here.send({"item": item(1)})
    now = here.clock.now()
    lease = here.runs.begin(*PLACE, "full", owner="a", now=now)
    here.send({"item": item(2)})
    here.send({"item": item(1)})
    here.runs.commit(lease, Batch("hook", "hook", [], []), now)
    here.runs.finish(lease, now, status="done", sweep=[Sweep("hook")])
    assert here.signals.keys() == {"1", "2"}


def test_a_later_full_run_sweeps_what_the_service_has_no_more(here: Mapped) -> None:
    here.send({"item": item(1)})
    now = here.clock.now()
    lease = here.runs.begin(*PLACE, "full", owner="a", now=now)
    here.runs.finish(lease, now, status="done", sweep=[Sweep("hook")])
    assert here.signals == {}


def test_changes_are_told_in_the_transaction_that_writes_them(here: Mapped) -> None:
    here.send({"item": item(1)})
    here.send({"item": item(1)})
    here.send({"item": item(1, 2)}, "shelved")
    here.send({"item": {"id": 1}}, "gone")
    told = [(one.what, one.external_id, one.signal is None) for one in here.changes]
    assert told == [
        ("created", "1", False),
        ("archived", "1", False),
        ("deleted", "1", True),
    ]


def test_weighing_counts_the_same_and_writes_nothing(here: Mapped) -> None:
    here.send({"item": item(1)})
    here.keep({"item": [item(1, 5), item(2)]})
    (taken,) = here.deliveries.take(Taker.named("t"))
    with here.database.reading() as db:
        weighed = here.mapping.weighed(db, taken)
    assert (weighed.outcome["created"], weighed.outcome["updated"]) == (1, 1)
    assert here.signals.keys() == {"1"}


def test_removing_the_connection_removes_all_of_it(here: Mapped) -> None:
    here.send({"item": item(1)})
    here.send({"item": {"id": 1}}, "gone")
    here.connections.delete(*PLACE)
    with here.database.reading() as db:
        assert db.execute("SELECT count(*) FROM signal_gone").fetchone() == (0,)


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({"fieldMapping": {"idPath": 3}}, DescriptorInvalid),
    ],
)
def test_rules_that_do_not_hold_are_refused(
    tmp_path: Path, event: dict[str, Any], error: type[Exception]
) -> None:
    rule = {"types": ["made"], "effect": "create", **event}
    with pytest.raises(error):
        Mapped(tmp_path, {"events": [rule]})
