"""What a mapping does to a run: overrides, times after transforms, and what goes."""

import pytest
from tests.sync.scripted import SINCE, answer, document, item, run

from ferrule.descriptor.document import validate
from ferrule.errors import DescriptorInvalid
from ferrule.sync.plan import Place, plan_streams

KEYS = [{"op": "keys", "case": "snake"}]


def test_a_plan_maps_as_the_person_said_for_this_connection():
    connector = validate(document())
    (plan,) = plan_streams(
        connector,
        Place("p", "things"),
        {},
        {},
        overrides={"things": {"summaryTemplate": "{{id}}!"}},
    )
    assert plan.mapping.signal(item(7)).summary == "7!"


def test_a_plan_refuses_an_override_at_its_place():
    with pytest.raises(DescriptorInvalid) as caught:
        plan_streams(
            validate(document()),
            Place("p", "things"),
            {},
            {},
            overrides={"things": {"idPath": "id"}},
        )
    assert caught.value.pointer == "/mappingOverrides/things/idPath"


def test_the_mark_is_read_where_the_mapping_reads_the_time():
    made = document(delta=SINCE, mapping={"transforms": KEYS})
    page = [{"id": 1, "title": "a", "updatedAt": "2026-01-05T00:00:00Z"}]
    done = run(made, [answer(page)])
    assert done.progress.whole == {"things": "2026-01-05T00:00:00Z"}


def test_a_named_cursor_is_read_from_the_item_as_received():
    expand = [{"op": "expand", "path": "lines"}]
    delta = {**SINCE, "itemCursorPath": "$.changed"}
    made = document(delta=delta, mapping={"transforms": expand})
    page = [{"changed": "2026-01-05T00:00:00Z", "lines": [item(1), item(2)]}]
    done = run(made, [answer(page)])
    assert done.sink.ids == ["1", "2"]
    assert done.progress.whole == {"things": "2026-01-05T00:00:00Z"}


def test_an_item_that_is_gone_is_deleted_and_one_left_out_is_skipped():
    gone = {"when": "$.gone", "operator": "exists"}
    kept = {"when": "$.title", "operator": "exists"}
    made = document(mapping={"deletedWhen": gone, "filter": kept})
    page = [item(1), {"id": 2, "gone": True}, {"id": 3}]
    done = run(made, [answer(page)])
    (batch,) = done.sink.batches
    assert (done.sink.ids, list(batch.deleted), batch.skipped) == (["1"], ["2"], 1)
