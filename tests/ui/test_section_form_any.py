"""Forms over anything: no document breaks one, and every edit can be undone.

Bar 17: undo after another tab, saving and sending works for every kind of field.
"""

import copy
import random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PySide6 import QtCore
from tests.support.echo_server import EchoServer
from tests.ui.builder_room import KEY, in_room, press
from tests.ui.forms import act, by_kind, form_over, section, shown, write

from ferrule.auth.api_key import ApiKeyConfig
from ferrule.descriptor.ingestion import PollingPart, WebhookPart
from ferrule.descriptor.model import Connector
from ferrule.descriptor.tools import HealthCheck as Health
from ferrule.fields import InputField
from ferrule.mapping import FieldMapping
from ferrule.ui.models.draft import DraftModel
from ferrule.ui.models.draft_level import CONNECTOR
from ferrule.ui.widgets.builder.forms import StepForms
from ferrule.ui.widgets.builder.steps import step_of
from ferrule.ui.widgets.form.fields import LineEditor, TextEditor
from ferrule.ui.widgets.form.rows import Slot
from ferrule.ui.widgets.form.section import form_context
from ferrule.ui.widgets.form.values import same
from ferrule.workspace.authoring import blank
from ferrule.workspace.drafts import Draft

KEYS = QtCore.Qt.Key
CTRL = QtCore.Qt.KeyboardModifier.ControlModifier
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-1, 2**70)
    | st.sampled_from(["", "$.a", "{{a", "polling", "webhook", "é\u202e", "<b>"])
)
ODD = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "method", "mode", "key", "a/b", "", "if", "all"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def full():
    """Return a connector in which everything stands that it may have."""
    document = section(Connector)
    document["ingestion"] = {"mode": "polling", **section(PollingPart)}
    document["fieldMapping"] = section(FieldMapping)
    document["streams"] = [
        {"key": "a", "polling": {"pagination": None}, "fieldMapping": {"filter": None}},
        {"key": "b", "fieldMapping": {"idPath": "$.x", "tagsPath": None}},
    ]
    return document


FULL = full()


def places(value, pointer=()):
    """Yield the way to every value below a value."""
    yield pointer
    inner = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    for name, below in inner:
        yield from places(below, (*pointer, name))


PLACES = [way for way in places(FULL) if way]


def with_odd(changes):
    """Return the full connector with odd values at some places."""
    document = copy.deepcopy(FULL)
    for way, value in changes:
        here = document
        for part in way[:-1]:
            found = isinstance(here, dict) and part in here
            listed = isinstance(here, list) and isinstance(part, int)
            found = found or (listed and part < len(here))
            if not found:
                break
            here = here[part]
        else:
            if isinstance(here, dict) or (
                isinstance(here, list)
                and isinstance(way[-1], int)
                and way[-1] < len(here)
            ):
                here[way[-1]] = value
    return document


CHANGES = st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=4)


@given(changes=CHANGES, level=st.sampled_from([CONNECTOR, 0, 1]))
@settings(max_examples=15, derandomize=True, deadline=None, suppress_health_check=QUIET)
@example(
    changes=[(("fieldMapping", "signalTypeRules", 0, "operator"), ["odd"])],
    level=CONNECTOR,
)
@example(changes=[(("streams",), [None, {"key": 1}])], level=0)
@example(changes=[(("streams", 0), {"polling": [], "fieldMapping": 0})], level=0)
@example(changes=[(("ingestion",), None), (("fieldMapping",), [1])], level=CONNECTOR)
@example(changes=[(("fieldMapping", "signalTypeRules"), {"a": 1})], level=0)
@example(changes=[(("auth",), "none"), (("healthCheck",), [])], level=CONNECTOR)
def test_no_document_breaks_a_form_or_is_changed_by_one(qtbot, changes, level):
    document = with_odd(changes)
    before = copy.deepcopy(document)
    draft = DraftModel(Draft(document), "x")
    context = form_context(draft)
    streams = document.get("streams")
    most = len(streams) if isinstance(streams, list) else 0
    context.draft.set_level(level if level < most else CONNECTOR)
    forms = StepForms(context)
    qtbot.addWidget(forms)
    ways = ["".join(f"/{part}" for part in way) for way, _ in changes]
    for step in {step_of(context.draft, way) for way in ways} | {"records"}:
        page = forms.show_step(step)
        context.slices.finish()
        for form in page.forms:
            form.refresh()
    assert draft.document is document
    assert same(document, before)
    assert draft.undoable is None


@given(changes=CHANGES)
@settings(max_examples=15, derandomize=True, deadline=None, suppress_health_check=QUIET)
def test_what_can_be_drawn_stays_editable_beside_what_cannot(qtbot, changes):
    document = with_odd(changes)
    draft, form = form_over(qtbot, document, Connector, only=("author", "auth", "tags"))
    field = next(e for e in form.editors() if e.pointer == "/author")
    field = field if isinstance(field, TextEditor) else field.inner
    if not isinstance(field, TextEditor):
        assert not isinstance(document["author"], str)
        return
    write(field, "Anna")
    assert draft.value("/author") == "Anna"
    rest = {name: value for name, value in document.items() if name != "author"}
    now = {name: value for name, value in draft.document.items() if name != "author"}
    assert same(rest, now)


MODELS = [
    (FieldMapping, "/m"),
    (PollingPart, "/p"),
    (ApiKeyConfig, "/k"),
    (InputField, "/f"),
    (WebhookPart, "/w"),
    (Health, "/h"),
]


def turn_away(form):
    """Show another tab and come back."""
    form.hide()
    form.show()


BETWEEN = {
    "tab": lambda _draft, form: turn_away(form),
    "save": lambda draft, _form: (
        draft.draft.mark_saved(draft.document),
        draft.mark_saved(),
    ),
    "nothing": lambda _draft, _form: None,
}


@given(
    at=st.sampled_from(MODELS),
    seed=st.integers(0, 2**32),
    between=st.lists(st.sampled_from(sorted(BETWEEN)), min_size=1, max_size=5),
)
@settings(max_examples=10, derandomize=True, deadline=None, suppress_health_check=QUIET)
def test_every_edit_is_undone_whatever_was_done_since(qtbot, at, seed, between):
    model, pointer = at
    base = {pointer[1:]: section(model)}
    rng = random.Random(seed)  # noqa: S311  repeatable edits, no secret
    draft, form = form_over(qtbot, base, model, pointer)
    for deed in between:
        kinds = by_kind(form)
        act(rng.choice(kinds[rng.choice(sorted(kinds))]), rng)
        BETWEEN[deed](draft, form)
    final = draft.document
    while draft.undo():
        pass
    assert same(draft.document, base)
    assert_like_fresh(qtbot, draft, form, model, pointer)
    while draft.redo():
        pass
    assert same(draft.document, final)
    assert_like_fresh(qtbot, draft, form, model, pointer)


def assert_like_fresh(qtbot, draft, form, model, pointer):
    """The form shows what a form made now would show."""
    _, fresh = form_over(qtbot, draft.document, model, pointer)
    live, made = shown(form), shown(fresh)
    for key in made.keys() & live.keys():
        assert live[key] == made[key], key


@pytest.fixture
def room(run, tmp_path, monkeypatch):
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    monkeypatch.setenv("FERRULE_HOME", str(tmp_path))
    return lambda scenario: run(in_room(tmp_path, scenario))


def every(origin):
    """Return a small document that has a field of each kind, and is valid."""
    document = blank("every")
    field = {"key": "a", "label": "A", "type": "text", "required": False}
    address = {"key": "baseUrl", "label": "U", "type": "url", "default": origin}
    document["configFields"] = [field, address]
    document["tags"] = ["one"]
    document["permissions"] = {"hosts": ["127.0.0.1"], "scopes": [], "writes": []}
    document["ingestion"] |= {
        "endpoint": "{{baseUrl}}/items",
        "query": {"state": "open"},
        "body": {"a": 1},
        "method": "POST",
        "rateLimitRpm": 6000,
        "partition": {"name": "p", "values": ["1"]},
    }
    document["ingestion"]["pagination"] = {
        "type": "page",
        "pageSize": 5,
        "nextParam": "page",
    }
    return document


EVERY = {
    ("basics", "TextEditor"),
    ("basics", "ChoiceEditor"),
    ("basics", "ManyEditor"),
    ("basics", "OptionalGroup"),
    ("basics", "VersionEditor"),
    ("request", "JsonEditor"),
    ("request", "KeyedEditor"),
    ("request", "EitherEditor"),
    ("paging", "NumberEditor"),
    ("paging", "VariantsEditor"),
}


@pytest.mark.parametrize("step", sorted({step for step, _ in EVERY}))
def test_undo_after_tab_save_and_send_for_every_kind_of_field(room, step):
    """One field of each kind, edited in the window, then undone by Ctrl+Z."""

    async def scenario(room):
        room.page.open_document(every(server.origin))
        await room.page._save(room.bench)
        assert not room.draft.modified
        room.page.open_document(blank("other"))
        room.page.desk.show_key(room.page.bar.tabs.names()[0])
        room.bench.show_step(step)
        room.bench.context.slices.finish()
        for kind in sorted(kind for at, kind in EVERY if at == step):
            await edit_and_undo(room, kind)

    with EchoServer() as server:
        room(scenario)
    assert server.heard


async def edit_and_undo(room, kind):
    """Edit a field of a kind, show another tab, save, send, and undo it all."""
    bench, rng = room.bench, random.Random(3)  # noqa: S311  repeatable
    before, steps = bench.draft.document, len(bench.draft.draft.done)
    fields = [e for f in bench.forms.page.forms for e in by_kind(f).get(kind, ())]
    assert fields, kind
    for _ in range(20):
        if bench.draft.document is before:
            act(rng.choice(fields), rng)
    assert bench.draft.document is not before, kind
    after, names = bench.draft.document, room.page.bar.tabs.names()
    room.page.desk.show_key(names[1])
    room.page.desk.show_key(names[0])
    await room.page._save(bench)
    bench.send()
    await bench.sending.tasks.wait("send")
    assert bench.draft.document is after
    press(room.window, KEYS.Key_Z, CTRL)
    for _ in range(len(bench.draft.draft.done) - steps):
        press(room.window, KEYS.Key_Z, CTRL)
    assert same(bench.draft.document, before), kind
    bench.redo()
    bench.undo()
    assert same(bench.draft.document, before), kind


def test_any_kind_of_slot_says_when_it_shows_json(qtbot):
    _, form = form_over(qtbot, {"auth": "odd"}, Connector, only=("auth",))
    slots = [e for e in form.editors() if isinstance(e, Slot)]
    assert any(slot.as_json for slot in slots)


def test_a_null_of_a_streams_patch_stays_and_reads_as_left_out(qtbot):
    document = full()
    patch = {"pagination": {"maxPages": None}, "resilience": None}
    document["streams"] = [{"key": "a", "polling": patch}]
    draft = DraftModel(Draft(document), "x")
    context = form_context(draft)
    context.draft.set_level(0)
    forms = StepForms(context)
    qtbot.addWidget(forms)
    page = forms.show_step("paging")
    context.slices.finish()
    assert context.draft.standing("/ingestion/pagination/maxPages") == "removed"
    assert context.draft.standing("/ingestion/resilience") == "removed"
    size = next(
        editor
        for editor in page.editors()
        if editor.pointer.endswith("/pageSize") and isinstance(editor, LineEditor)
    )
    write(size, "7")
    assert draft.value("/streams/0/polling") == {
        "pagination": {"maxPages": None, "pageSize": 7},
        "resilience": None,
    }
    draft.undo()
    assert draft.value("/streams/0/polling") == patch
