"""Texts in another language: ours all, data never; nothing is cut by longer ones."""

import ast
import html
import importlib.util
import json
import re
from pathlib import Path

import pytest
from PySide6 import QtGui, QtWidgets
from tests.ui import frame_room, reading, webhook_room
from tests.ui.builder_room import KEY
from tests.ui.frame_room import walk, walk_through

from ferrule import shipped
from ferrule.ui import i18n
from ferrule.ui.i18n import Data, Language, ours, pseudo, speak, strange, tr
from ferrule.ui.models.messages import ShowConnector
from ferrule.ui.theme import theme
from ferrule.ui.widgets.button import Button
from ferrule.ui.widgets.label import Label, plain_tip
from ferrule.workspace.operations.reading import log_page
from ferrule.workspace.operations.trail import audit_rows

ROOT = Path(__file__).parents[2]
_SPEC = importlib.util.spec_from_file_location("texts", ROOT / "packaging" / "texts.py")
texts = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(texts)

GERMAN = {
    "Open": "Öffnen",
    "Saved “{0}” into the project.": "„{0}“ ist im Projekt gespeichert.",
    "{0} of {1} shown": "{1}, davon {0} zu sehen",
    "{0}: {1}": "{0}: {1}",
    "Status": "Zustand",
    "Ready": "Bereit",
}
# Names of keys, as the system writes them: Qt has its own translations of them.
KEYS = {"Alt", "Ctrl", "Del", "Esc", "Menu", "Meta", "Return", "Shift", "Space", "Tab"}


@pytest.fixture
def language():
    """Speak what the test wants, and English again after it."""
    yield speak
    speak(None)


@pytest.fixture
def frame(qapp, tmp_path_factory, monkeypatch):
    """Return what runs a scenario in the whole window."""
    monkeypatch.setenv("FERRULE_KEYCHAIN", "off")
    monkeypatch.setenv("FERRULE_MASTER_KEY", KEY)
    home = tmp_path_factory.mktemp("f")
    monkeypatch.setenv("FERRULE_HOME", str(home))
    monkeypatch.chdir(home)

    def enter(scenario, size=(1280, 800)):
        walk_through(qapp, home, scenario, size)

    return enter


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Open", "Öffnen"),
        ("open", "open"),
        ("Saved “x” into the project.", "„x“ ist im Projekt gespeichert."),
        ("3 of 12 shown", "12, davon 3 zu sehen"),
        ("Status: Ready", "Zustand: Bereit"),
        ("some of it shown", "some of it shown"),
        ("anna: Ready", "anna: Ready"),
        ("", ""),
    ],
)
def test_a_text_is_found_whole_or_with_what_is_put_in(language, text, said):
    language(Language("de", GERMAN))
    assert tr(text) == said


def test_data_is_never_translated_not_even_inside_a_text(language):
    language(Language("de", GERMAN))
    assert tr(Data("Open")) == "Open"
    sentence = tr(f"Saved “{Data('Open')}” into the project.")
    assert sentence == "„\u2068Open\u2069“ ist im Projekt gespeichert."
    assert plain_tip(Data("Open")) == "<span>Open</span>"
    label = Label(Data("Open"))
    assert label.text() == "Open"


def test_qt_looks_up_what_it_takes(language, qtbot):
    language(Language("de", GERMAN))
    button, menu = Button("Open"), QtWidgets.QMenu()
    for widget in (button, menu):
        qtbot.addWidget(widget)
    button.setToolTip(plain_tip("Ready"))
    button.setAccessibleName("Open")
    action = menu.addAction("Open")
    assert (button.text(), button.accessibleName()) == ("Öffnen", "Öffnen")
    assert button.toolTip() == "<span>Bereit</span>"
    assert action.text() == "Öffnen"
    assert QtGui.QAction("Ready", menu).text() == "Bereit"
    field = QtWidgets.QLineEdit()
    qtbot.addWidget(field)
    field.setText("Open")
    assert field.text() == "Open"


def test_painted_texts_are_looked_up_and_measured(language):
    english = theme.width("Open")
    language(Language("de", GERMAN))
    assert theme.elided("Open", "body", 500) == "Öffnen"
    assert theme.width("Open") > english
    assert theme.elided(Data("Open"), "body", 500) == "Open"


def test_in_english_nothing_is_added(language):
    language(None)
    assert tr("Open") == "Open"
    assert f"{Data('x')}" == "x"
    assert ours(("a", "b")) == ("a", "b")


def test_a_language_is_a_file(tmp_path):
    path = tmp_path / "de.json"
    path.write_text(json.dumps(GERMAN), "utf-8")
    language = Language.read(path)
    assert (language.code, language.said("Open")) == ("de", "Öffnen")


def test_the_list_for_translators_holds_what_is_shown():
    source = '''
"""No text."""
x = Label("items", "caption")
Column("k", "what")
y = f"{n} of {total} shown"
tr("grid")
z = ours({"a": "never"})
key = "not_a_text"
w = f"connector{s}"
'''
    assert set(texts.texts_in(source)) == {
        *("items", "what", "{0} of {1} shown", "grid", "never", "a"),
    } - {"a"}
    assert strange("{0} of it") == "[{0} öf îţ" + "·" * 2 + "]"


def test_every_text_is_translated_and_none_is_cut(frame, language, monkeypatch):
    """Over all pages and steps, with accents and 40 % longer; no word is left."""
    language(pseudo(texts.texts()))
    seen = reading.painted(monkeypatch)
    wrong, cut = set(), set()

    async def scenario(frame):
        bodies = [webhook_room.body_of(number) for number in range(2)]
        called = [frame_room.ITEMS, webhook_room.TRACKER, *bodies]
        known = reading.Known(*documents(), *called, words=words(frame))
        async for state in walk(frame):
            if state in {"activity", "connector, Overview"}:
                own = [*called, [*logged(frame)]]
                known = reading.Known(*documents(), *own, words=words(frame))
            frame.window.grab()
            found = [text for _, text in reading.said(frame.window)]
            tmp = str(frame.workspace.home.path.parent)
            for text in (*found, *seen):
                plain = html.unescape(text).replace("\u200b", "").replace(tmp, "")
                for run in known.untranslated(plain):
                    wrong.add(f"{state}: {text!r} ({run})")
            found = reading.cut(frame.window) + reading.spilled(frame.window)
            cut.update(f"{state}: {one}" for one in found)
            seen.clear()

    frame(scenario)
    assert not wrong, "\n".join(sorted(wrong))
    assert not cut, "\n".join(sorted(cut))


def documents():
    """Return every shipped connector and the schema, whose words are data."""
    for path in shipped.descriptors().glob("*/connectors/*.json"):
        yield json.loads(path.read_bytes())
    for path in shipped.descriptors().glob("*/fixtures/*/*.json"):
        yield [json.loads(path.read_bytes())["name"]]


def words(frame):
    """Return further words that are data: values of the schema, folders, keys."""
    schema = json.loads((ROOT / "resources/schema/descriptor.schema.json").read_bytes())
    home = frame.workspace.home.path
    own = {"xyzzy no such", "Content-Type", "resolve", "vault.ferrule", "acme.example"}
    own |= {"connectors/asana-tasks.json", "null"}  # a difference stands as JSON
    for number, secret in enumerate((webhook_room.SECRET, "another")):
        raw = json.dumps(webhook_room.body_of(number)).encode()
        headers = webhook_room.call_headers(raw, name=f"d-{number}", secret=secret)
        own |= {*headers, *headers.values(), raw.decode()}
        own |= {*re.findall("[a-z]+", headers["X-Hub-Signature-256"])}
    own |= {"/api/webhooks/tracker/default", "X-Hub-Signature-256: sha256="}
    return {*_enums(schema), *home.parts, str(home), *own, *KEYS}


def logged(frame):
    """Return what stands in the log and the audit trail: it is data, as written."""
    workspace = frame.workspace
    for line in log_page(workspace, limit=500).lines:
        yield from (line.message, line.operation, line.connector, line.connection)
        yield from (line.correlation, line.entity, line.outcome)
    for row in audit_rows(workspace, limit=500):
        yield from (row.action, row.actor, row.via, row.subject, row.note)
        yield from (row.digest, row.digest[:16])


def _enums(part):
    if isinstance(part, dict):
        yield from (value for value in part.get("enum", ()) if isinstance(value, str))
        if isinstance(part.get("const"), str):
            yield part["const"]
        for inner in part.values():
            yield from _enums(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _enums(inner)


HOSTILE = {
    "name": "Zoom to 100 %",
    "description": "Draws everything larger, up to 200 %.",
}


def test_data_that_reads_like_a_text_of_ours_stays_as_it_is(
    frame, language, monkeypatch
):
    """A connector called like a command, on cards, in its pane, in tabs and tables."""
    language(pseudo(texts.texts()))
    seen = reading.painted(monkeypatch)
    found = []

    async def scenario(frame):
        document = frame_room.sandbox_document() | {"id": "hostile-one", **HOSTILE}
        raw = json.dumps(document).encode()
        frame.workspace.catalogue.save("acme", "hostile-one", raw)
        page = frame.window.show_page("catalogue")
        page.receive(ShowConnector("hostile-one"))
        await frame.settled()
        look(frame, "catalogue")
        page.receive(ShowConnector("hostile-one", connect=True))
        await frame.settled()
        look(frame, "connecting")
        builder = frame.window.show_page("builder")
        await frame.settled()
        builder.open_document(document)
        look(frame, "builder")

    def look(frame, state):
        frame.window.grab()
        shown = {text for text in seen if text}
        for widget in frame.window.findChildren(QtWidgets.QLabel):
            if widget.isVisible():
                shown.add(widget.text())
        for text in HOSTILE.values():
            said = strange(text)
            found.extend(f"{state}: {one}" for one in shown if said in one)
        seen.clear()

    frame(scenario)
    assert not found, found


@pytest.mark.parametrize("zoom", [1.0, 2.0, pytest.param(0.8, marks=pytest.mark.soak)])
def test_no_text_is_cut_on_a_small_screen(frame, zoom):
    """At 1024 by 700: each text fits, or is read in whole as its tip."""
    wrong = []

    async def scenario(frame):
        frame.window.set_zoom(zoom)
        async for state in walk(frame):
            found = reading.cut(frame.window) + reading.spilled(frame.window)
            wrong.extend(f"{state}: {one}" for one in found)

    frame(scenario, (1024, 700))
    theme.set_zoom(1.0)
    assert not wrong, "\n".join(wrong)


# Where Qt draws a text itself, or where a text reaches it by another way.
DRAWN = {
    "json_row.py",
    "raw_view.py",
    "raw_paint.py",
    "paint.py",
    "tiles.py",
    "json_lines.py",
    "line_paint.py",
}


def test_nothing_is_drawn_past_the_theme():
    """`drawText` is called where the theme paints, and for code and data."""
    ui = Path(i18n.__file__).parent
    calls = {
        path.name
        for path in ui.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "drawText"
    }
    assert calls <= DRAWN
