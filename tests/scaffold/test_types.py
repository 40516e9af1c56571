"""The types of other languages are what the published schema makes."""

from pathlib import Path

import pytest

from ferrule.scaffold.types import published_definitions, typescript_types
from ferrule.scaffold.types.__main__ import files, write

SDK = Path(__file__).parents[2] / "packaging" / "sdk"
FILES = files()


@pytest.mark.parametrize("name", FILES)
def test_the_committed_file_is_what_the_schema_makes(name):
    assert (SDK / name).read_text(encoding="utf-8") == FILES[name], "make schema"


def test_writing_makes_the_folders(tmp_path):
    write(tmp_path / "new")
    assert {str(p.relative_to(tmp_path / "new")) for p in tmp_path.rglob("*.*")} == set(
        FILES
    )


def test_every_definition_has_a_type():
    text = FILES["ts/ferrule.d.ts"]
    for name in published_definitions():
        assert f" {name} " in text


def test_optional_and_required_members_are_told_apart():
    definitions = {
        "One": {
            "properties": {
                "a-b": {"type": "integer"},
                "kind": {"const": "x"},
                "more": {"anyOf": [{"$ref": "#/$defs/Two"}, {"type": "null"}]},
                "texts": {"type": "array", "items": {"enum": ["a", "b"]}},
            },
            "required": ["kind"],
            "description": "A */ comment.",
        }
    }
    text = typescript_types(definitions)
    assert '  readonly "a-b"?: number;' in text
    assert '  readonly kind: "x";' in text
    assert "  readonly more?: Two | null;" in text
    assert '  readonly texts?: readonly ("a" | "b")[];' in text
    assert "A *\\/ comment." in text


def test_go_leaves_merge_patches_as_they_are():
    text = FILES["go/ferrule.go"]
    assert "Patch struct" not in text
    assert "type ConnectorDescriptor struct {" in text
    assert 'case "oauth2":' in text
