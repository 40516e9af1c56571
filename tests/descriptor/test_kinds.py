"""Every kind of every union: documented, titled, with a sample that loads."""

from inspect import get_annotations
from pathlib import Path
from typing import get_args

import pytest
from pydantic import TypeAdapter

from ferrule.auth import Auth
from ferrule.delta import Delta
from ferrule.descriptor.bundle_manifest import BundleManifest
from ferrule.descriptor.ingestion import Ingestion
from ferrule.descriptor.model import Connector
from ferrule.descriptor.streams import wire
from ferrule.exchange import canonical, decode
from ferrule.expression import Predicate
from ferrule.mapping.rules import PriorityRule, SignalTypeRule
from ferrule.mapping.transforms import Transform
from ferrule.pagination import Pagination
from ferrule.partition import Partition
from ferrule.resilience import Backoff
from ferrule.section import Section, wire_name

SAMPLES = Path(__file__).parents[1] / "samples"
# A sample's name is that of its kind, or the kind and what is special about it.
UNIONS = {
    "auth": Auth,
    "pagination": Pagination,
    "delta": Delta,
    "partition": Partition,
    "transforms": Transform,
    "predicates": Predicate,
    "backoff": Backoff,
    "ingestion": Ingestion,
}
WHOLE = {"bundle": BundleManifest, "every_member": Connector}
RULES = {"type": SignalTypeRule, "priority": PriorityRule}


def kinds(union):
    """Return the models of a union, through its annotations."""
    if isinstance(union, type):
        return [union] if issubclass(union, Section) else []
    return [kind for part in get_args(union) for kind in kinds(part)]


def sections(model=Section):
    """Return every section there is."""
    found = [model] if model is not Section else []
    return found + [
        below for child in model.__subclasses__() for below in sections(child)
    ]


SECTIONS = [m for m in sections() if m.__module__.startswith("ferrule.")]
FILES = [path for name in UNIONS for path in sorted((SAMPLES / name).glob("*.json"))]
FILES += sorted((SAMPLES / "rules").glob("*.json"))
FILES += sorted((SAMPLES / "descriptor").glob("*.json"))


def union_of(path: Path):
    if path.parent.name == "descriptor":
        return WHOLE[path.stem]
    if path.parent.name == "rules":
        return RULES[path.stem.split(".")[0]]
    return UNIONS[path.parent.name]


@pytest.mark.parametrize("model", SECTIONS, ids=lambda model: model.__name__)
def test_every_section_says_what_it_is_and_titles_its_members(model):
    assert model.__doc__
    assert model.__doc__ is not model.__base__.__doc__
    untitled = [name for name, field in model.model_fields.items() if not field.title]
    assert untitled == []


@pytest.mark.parametrize(
    "path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_a_sample_is_loaded_and_written_the_same(path):
    document = decode(path.read_bytes())
    part = TypeAdapter(union_of(path)).validate_python(
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
    for path in FILES:
        document = decode(path.read_bytes())
        _note(TypeAdapter(union_of(path)).validate_python(document), used)
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
