"""Every kind of every union: documented, titled, with a sample that loads."""

from inspect import get_annotations
from typing import get_args

import pytest
from pydantic import TypeAdapter
from tests.descriptor.kinds import sections
from tests.descriptor.samples import GOOD, SAMPLES, UNIONS, name_of, type_of

from ferrule.descriptor.streams import wire
from ferrule.exchange import canonical, decode
from ferrule.section import Section, wire_name


def kinds(union):
    """Return the models of a union, through its annotations."""
    if isinstance(union, type):
        return [union] if issubclass(union, Section) else []
    return [kind for part in get_args(union) for kind in kinds(part)]


SECTIONS = sections()


@pytest.mark.parametrize("model", SECTIONS, ids=lambda model: model.__name__)
def test_every_section_says_what_it_is_and_titles_its_members(model):
    assert model.__doc__
    assert model.__doc__ is not model.__base__.__doc__
    untitled = [name for name, field in model.model_fields.items() if not field.title]
    assert untitled == []


@pytest.mark.parametrize("path", GOOD, ids=name_of)
def test_a_sample_is_loaded_and_written_the_same(path):
    document = decode(path.read_bytes())
    part = TypeAdapter(type_of(path)).validate_python(
        document, by_alias=True, by_name=False
    )
    assert canonical(wire(part)) == canonical(document)


@pytest.mark.parametrize(
    ("name", "kind"),
    [(name, kind) for name, union in UNIONS.items() for kind in kinds(union)],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_every_kind_has_a_sample(name, kind):
    adapter = TypeAdapter(UNIONS[name])
    parts = [
        adapter.validate_python(decode(path.read_bytes()), by_alias=True, by_name=False)
        for path in (SAMPLES / name).glob("*.json")
    ]
    assert any(type(part) is kind for part in parts)


def test_the_samples_use_every_member_there_is():
    used: dict[type, set[str]] = {}
    for path in GOOD:
        document = decode(path.read_bytes())
        _note(TypeAdapter(type_of(path)).validate_python(document), used)
    shown = {owner(model, name) for model, names in used.items() for name in names}
    there = {owner(model, name) for model in used for name in model.model_fields}
    assert there - shown == set()


def owner(model, name):
    """Return the class that declares a member, and the member's name on the wire."""
    declaring = next(m for m in model.__mro__ if name in get_annotations(m))
    return declaring.__name__, wire_name(model, name)


def _note(part, used):
    if isinstance(part, Section):
        used.setdefault(type(part), set()).update(part.model_fields_set)
        for name in type(part).model_fields:
            _note(getattr(part, name), used)
    elif isinstance(part, dict):
        for value in part.values():
            _note(value, used)
    elif isinstance(part, list | tuple):
        for value in part:
            _note(value, used)
