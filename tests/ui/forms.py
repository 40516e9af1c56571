"""What the tests of generated forms share: samples by shape, and hands on fields."""

from ferrule.ui.models.draft import DraftModel
from ferrule.ui.widgets.form.fields import (
    ChoiceEditor,
    JsonEditor,
    LineEditor,
    SwitchEditor,
)
from ferrule.ui.widgets.form.groups import GroupEditor, OptionalGroup
from ferrule.ui.widgets.form.kinds import EitherEditor, VariantsEditor
from ferrule.ui.widgets.form.lists import KeyedEditor, ManyEditor
from ferrule.ui.widgets.form.section import SectionForm, form_context
from ferrule.ui.widgets.form.shapes import (
    Choice,
    Either,
    Fixed,
    Flag,
    Group,
    Keyed,
    Many,
    Number,
    Scalar,
    Text,
    Variants,
    members,
)
from ferrule.ui.widgets.form.values import read_text, text_of
from ferrule.workspace.drafts import Draft

TEXTS = {
    "json-path": "$.a",
    "source": "$.a",
    "target": "q",
    "template": "{{a}}",
    "re2": "a+",
    "duration": "PT1M",
    "date-format": "iso8601",
    "signature-algorithm": "hmac-sha256",
    "signed-text": "{body}",
}
# Members whose text has a form of its own that no format names.
SPECIAL = {
    "totalUnit": "items",
    "version": "1.2.3",
    "value": "v",
    "key": "key",
    "maxAttempts": 5,
    "batchSize": 1,  # more have no one parent to include
    "assign": "=",
    "signatureKey": "v1",
    "respondHeaders": {"X-Hook": "{{a}}"},
}
# One of two that a validator asks for, though neither must be there by itself.
NEEDED = {"signatureHeader"}
# Not beside it; and a digest stands where the signed text says.
BESIDE = {"signatureHeaders", "signatureFrom", "bodyDigest"}


PLAIN = {
    Number: lambda _: 100,
    Flag: lambda _: True,
    Choice: lambda shape: shape.options[0],
    Fixed: lambda shape: shape.value,
    Text: lambda shape: TEXTS.get(shape.format, "text"),
    Scalar: lambda shape: TEXTS.get(shape.format, "text"),
}
DEEP = {
    Group: lambda shape, depth: section(shape.model, depth),
    Variants: lambda shape, depth: section(shape.kinds[0].model, depth),
    Many: lambda shape, depth: [sample(shape.element, "", depth)],
    Keyed: lambda shape, depth: {"some": sample(shape.element, "", depth)},
    Either: lambda shape, depth: sample(shape.shapes[0], "", depth),
}


def sample(shape, name="", depth=0):
    """Return a valid value of a shape with every member as deep as 3 levels."""
    if name in SPECIAL:
        return SPECIAL[name]
    if type(shape) in PLAIN:
        return PLAIN[type(shape)](shape)
    if type(shape) in DEEP:
        return DEEP[type(shape)](shape, depth + 1)
    return {"any": [1, None]}


def section(model, depth=0):
    """Return a section with its members, from the third level on only the needed."""
    return {
        m.name: sample(m.shape, m.name, depth)
        for m in members(model)
        if (m.required or m.name in NEEDED or isinstance(m.shape, Fixed) or depth < 2)
        and m.name not in BESIDE
    }


def unions(model, seen=None):
    """Yield (where, Variants) for every union below a model, each once."""
    seen = {} if seen is None else seen
    if model in seen:
        return
    seen[model] = True
    for member in members(model):
        yield from _unions(f"{model.__name__}.{member.name}", member.shape, seen)


def _unions(where, shape, seen):
    if isinstance(shape, Variants):
        key = tuple(kind.model for kind in shape.kinds)
        if key not in seen:
            seen[key] = True
            yield where, shape
        for kind in shape.kinds:
            yield from unions(kind.model, seen)
    elif isinstance(shape, Group):
        yield from unions(shape.model, seen)
    elif isinstance(shape, Many | Keyed):
        yield from _unions(where, shape.element, seen)
    elif isinstance(shape, Either):
        for part in shape.shapes:
            yield from _unions(where, part, seen)


def form_over(qtbot, document, model, pointer="", **options):
    """Return (draft, form) over a document."""
    draft = DraftModel(Draft(document), "x")
    form = SectionForm(form_context(draft), model, pointer, "Form", **options)
    qtbot.addWidget(form)
    return draft, form


def open_all(form):
    """Open every "More" there is, until there is none."""
    opened = set()
    while True:
        groups = [e for e in form.editors() if isinstance(e, GroupEditor)]
        fresh = [group for group in groups if id(group) not in opened]
        if not fresh:
            return
        for group in fresh:
            opened.add(id(group))
            group.open_all()


def write(editor, text):
    """Type a text into a field as a person does."""
    editor.edit.setText(text)
    editor.edit.textEdited.emit(text)


def by_kind(form):
    """Return the fields of a form by kind, so that each is drawn as often."""
    found = {}
    for editor in form.editors():
        found.setdefault(type(editor).__name__, []).append(editor)
    return found


def act(editor, rng):
    """Do something to a field; say what kind of field it was, None for none."""
    if isinstance(editor, LineEditor):
        write(editor, rng.choice(["$.x", "12", "words", "{{a}}", "", "-0.5", "é"]))
    elif isinstance(editor, JsonEditor):
        text = rng.choice(['{"a": [1, 2.50]}', "plain", "true", "", '"5"', "{half"])
        editor.area.setPlainText(text)
    elif isinstance(editor, SwitchEditor):
        editor.switch.click()
    elif isinstance(editor, ChoiceEditor | VariantsEditor):
        _choose(editor.combo, rng)
    elif isinstance(editor, EitherEditor):
        editor.toggle.click()
    elif isinstance(editor, ManyEditor):
        _work_list(editor, rng)
    elif isinstance(editor, KeyedEditor):
        _work_names(editor, rng)
    elif isinstance(editor, OptionalGroup):
        (editor._gone if editor._inner is not None else editor._add).click()
    else:
        return None
    return type(editor).__name__


def _choose(combo, rng):
    at = rng.randrange(combo.count())
    combo.setCurrentIndex(at)
    combo.activated.emit(at)


def _work_list(editor, rng):
    count = len(editor._rows)
    deed = rng.choice(["add", "add", "remove", "move"])
    if deed == "add" or not count:
        editor.append()
    elif deed == "remove":
        editor.remove(rng.randrange(count))
    else:
        editor.shift(rng.randrange(count), rng.choice([-1, 1]))


def _work_names(editor, rng):
    names = list(editor.members())
    deed = rng.choice(["add", "rename", "remove"])
    if deed == "add" or not names:
        editor.append()
    elif deed == "rename":
        row = rng.choice(editor._rows)
        row.key.setText(rng.choice(["a/b", "x~y", "X-Name", names[0]]))
        row.key.textEdited.emit(row.key.text())
    else:
        editor.remove(rng.choice(names))


def shown(form):
    """Return what every field shows, by kind and place."""
    found = {}
    for editor in form.editors():
        key = (editor.pointer, type(editor).__name__)
        if isinstance(editor, LineEditor):
            found[key] = editor.edit.text()
        elif isinstance(editor, JsonEditor):
            found[key] = text_of(read_text(editor.area.toPlainText()))
        elif isinstance(editor, SwitchEditor):
            found[key] = editor.switch.isChecked()
        elif isinstance(editor, ChoiceEditor | VariantsEditor):
            found[key] = editor.combo.currentText()
        elif isinstance(editor, KeyedEditor):
            found[key] = [row.key.text() for row in editor._rows]
        elif isinstance(editor, ManyEditor):
            found[key] = len(editor._rows)
    return found


def switch(editor, title):
    """Make a union the kind of that title."""
    kinds = {kind.title: kind.tag for kind in editor._shape.kinds}
    editor.switch(kinds[title])
