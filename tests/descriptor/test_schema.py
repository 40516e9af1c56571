"""The published JSON Schema: current, and of one mind with the models."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError
from tests.descriptor import seeds
from tests.descriptor.json_schema import is_valid
from tests.descriptor.test_document import ADDITIONS, BAD, SEED_FORMS
from tests.descriptor.test_kinds import SAMPLES

from ferrule.descriptor.document import read_document
from ferrule.descriptor.ingestion import StreamPart
from ferrule.descriptor.model import Connector
from ferrule.descriptor.schema import published, schemas

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "resources" / "schema"
DESCRIPTOR = json.loads((PUBLISHED / "descriptor.schema.json").read_bytes())
BUNDLE = json.loads((PUBLISHED / "bundle.schema.json").read_bytes())
CONNECTORS = sorted((ROOT / "descriptors").glob("*/connectors/*.json"))
BUNDLES = sorted((ROOT / "descriptors").glob("*/bundle.json"))


@pytest.mark.parametrize("name", ["descriptor.schema.json", "bundle.schema.json"])
def test_the_published_schema_is_current(name):
    current = (PUBLISHED / name).read_text(encoding="utf-8")
    advice = "run python -m ferrule.descriptor.schema"
    assert current == published(schemas()[name]), advice


def test_the_module_writes_both_files(tmp_path):
    command = [sys.executable, "-m", "ferrule.descriptor.schema", str(tmp_path / "a")]
    subprocess.run(command, check=True)
    for name in schemas():
        assert (tmp_path / "a" / name).read_bytes() == (PUBLISHED / name).read_bytes()


@pytest.mark.parametrize(
    "path",
    [*CONNECTORS, SAMPLES / "descriptor" / "every_member.json"],
    ids=lambda path: path.stem,
)
def test_a_shipped_connector_fits_the_schema(path):
    assert is_valid(read_document(path.read_bytes()), DESCRIPTOR, DESCRIPTOR)


@pytest.mark.parametrize(
    "path",
    [*BUNDLES, SAMPLES / "descriptor" / "bundle.json"],
    ids=lambda path: path.parent.name,
)
def test_a_shipped_manifest_fits_the_schema(path):
    assert is_valid(read_document(path.read_bytes()), BUNDLE, BUNDLE)


@pytest.mark.parametrize("name", SEED_FORMS)
def test_every_form_of_the_seed_fits_the_schema(name):
    assert is_valid(SEED_FORMS[name], DESCRIPTOR, DESCRIPTOR)


# A schema knows forms, not whether an expression parses or a combination makes sense.
BEYOND_A_SCHEMA = (
    "not closed",
    "no filter",
    "no place in",
    "is not JSON",
    "header",
    "too wide",
    "no fixed length",
    "one of signatureHeader",
    "exponent",
)


def is_form(case):
    _, _, message, _, column = case
    told = any(part in message for part in BEYOND_A_SCHEMA)
    return column is None and message and not told


FORMS = [case for case in BAD if is_form(case)]


@pytest.mark.parametrize("case", FORMS, ids=[case[1] for case in FORMS])
def test_what_the_models_refuse_by_its_form_the_schema_refuses_too(case):
    assert not is_valid(case[0], DESCRIPTOR, DESCRIPTOR)


def test_the_schema_and_the_models_agree_on_additions():
    for document, _ in ADDITIONS:
        try:
            Connector.model_validate(document, by_alias=True, by_name=False)
        except ValidationError:
            accepted = False
        else:
            accepted = True
        assert is_valid(document, DESCRIPTOR, DESCRIPTOR) is accepted


PATCHES = [
    ({"polling": {"query": None, "delta": {"start": "x"}}}, True),
    ({"polling": {"pagination": {"pageSize": 5, "nextPath": None}}}, True),
    ({"polling": {"query": {"a": None, "b": ["x"]}}}, True),
    ({"polling": {"body": {"anything": [None]}}}, True),
    ({"polling": {"partition": [{"name": "a", "values": ["b"]}]}}, True),
    ({"fieldMapping": {"tagsPath": None, "filter": {"operator": "gt"}}}, True),
    ({"polling": None}, True),
    ({"polling": {"metod": "GET"}}, False),
    ({"polling": {"method": "get"}}, False),
    ({"polling": {"delta": {"begin": "x"}}}, False),
    ({"polling": {"partition": [{"name": "a"}]}}, False),
    ({"fieldMapping": {"idPath": 5}}, False),
    ({"fieldMapping": {"signalTypeRules": [{"then": "a"}]}}, False),
]


@pytest.mark.parametrize(("patch", "valid"), PATCHES)
def test_a_patch_may_hold_parts_and_null_but_nothing_unknown(patch, valid):
    stream = {"key": "a", **patch}
    StreamPart.model_validate(stream, by_alias=True, by_name=False)
    assert is_valid(seeds.seed(streams=[stream]), DESCRIPTOR, DESCRIPTOR) is valid


def test_an_api_versions_overrides_are_a_patch_of_the_whole():
    def document(overrides):
        version = {"id": "1", "label": "1", "status": "stable", "overrides": overrides}
        return seeds.seed(apiVersions=[version])

    good = {"ingestion": {"method": "GET", "headers": {"X": None}}, "tags": ["a"]}
    assert is_valid(document(good), DESCRIPTOR, DESCRIPTOR)
    assert not is_valid(document({"ingestions": {}}), DESCRIPTOR, DESCRIPTOR)


def test_every_member_has_a_title_and_every_reference_leads_somewhere():
    def walk(value):
        if isinstance(value, dict):
            yield value
            for member in value.values():
                yield from walk(member)
        elif isinstance(value, list):
            for element in value:
                yield from walk(element)

    refs = {part["$ref"] for part in walk(DESCRIPTOR) if "$ref" in part}
    assert {ref.removeprefix("#/$defs/") for ref in refs} <= set(DESCRIPTOR["$defs"])
    for name, definition in DESCRIPTOR["$defs"].items():
        if not name.endswith("Patch"):
            for member, schema in definition.get("properties", {}).items():
                assert "title" in schema or "$ref" in schema, (name, member)
