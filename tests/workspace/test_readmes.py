"""Where a field's value is found, as READMEs tell it."""

import json

import pytest

from ferrule import shipped
from ferrule.fields import InputField
from ferrule.workspace.catalogue import Catalogue
from ferrule.workspace.project import Project
from ferrule.workspace.readme_text import read_blocks
from ferrule.workspace.readmes import Readme, readme_of

TEXT = """# Service
Intro.

## Get a token
1. Make one.

### Client id (`clientId`)
Under *Apps*.

#### More
of it

### Signing secret
Below the id.

## What to enter
| field | value |
|---|---|
| Owner, Repository | two parts |

- **Site**: where you are
- `site2`: another

## Limits
None.
"""


def field(key, label, kind="text"):
    return InputField.model_validate({"key": key, "label": label, "type": kind})


@pytest.mark.parametrize(
    ("spec", "texts", "exact"),
    [
        (field("clientId", "Another name"), ["Under Apps.", "More", "of it"], True),
        (field("x", "signing secret"), ["Below the id."], True),
        (field("owner", "Owner"), ["Owner, Repository: two parts"], True),
        (field("repo", "Repository"), ["Owner, Repository: two parts"], True),
        (field("s", "Site"), ["Site: where you are"], True),
        (field("site2", "Second"), ["site2: another"], True),
    ],
)
def test_a_heading_a_row_or_an_item_names_its_field(spec, texts, exact):
    found = Readme(read_blocks(TEXT)).about(spec)
    assert [block.text for block in found.blocks] == texts
    assert found.exact is exact


def test_a_secret_that_is_not_named_is_told_by_the_section_about_getting_it():
    found = Readme(read_blocks(TEXT)).about(field("pat", "Access token", "password"))
    assert found.blocks[0].text == "Make one."
    assert not found.exact


def test_anything_else_is_told_by_the_whole_document():
    blocks = read_blocks(TEXT)
    found = Readme(blocks).about(field("team", "Team"))
    assert list(found.blocks) == blocks
    assert not found.exact


@pytest.fixture
def catalogue(tmp_path):
    return Catalogue(Project("own", "Own", tmp_path))


def test_a_shipped_connector_has_the_readme_of_its_provider(catalogue):
    found = readme_of(catalogue, "github-issues")
    assert found.blocks[0].text == "GitHub"


def test_an_own_one_has_its_own_else_that_of_the_shipped_provider(catalogue):
    document = catalogue.document("github-issues")
    path = catalogue.save("github", "github-issues", document)
    assert readme_of(catalogue, "github-issues").blocks[0].text == "GitHub"
    docs = path.parent.parent / "docs"
    docs.mkdir()
    (docs / "README.md").write_text("# Ours\n", "utf-8")
    assert readme_of(catalogue, "github-issues").blocks[0].text == "Ours"


def test_without_a_readme_there_is_none(catalogue):
    document = json.loads(catalogue.document("github-issues"))
    document["id"] = "own-thing"
    catalogue.save("own", "own-thing", json.dumps(document).encode())
    assert readme_of(catalogue, "own-thing") is None
    assert readme_of(catalogue, "nothing-of-that-id") is None


def test_every_secret_of_the_catalogue_is_told_by_less_than_the_whole():
    for path in sorted(shipped.descriptors().glob("*/connectors/*.json")):
        readme = path.parent.parent / "docs" / "README.md"
        found = Readme(read_blocks(readme.read_text("utf-8")))
        told = json.loads(path.read_text("utf-8"))
        for auth in (told["auth"], *told.get("authOptions", ())):
            for one in auth.get("config", {}).get("credentialFields", ()):
                spec = InputField.model_validate(one)
                if spec.secret:
                    guide = found.about(spec)
                    assert 0 < len(guide.blocks) < len(found.blocks), (path.stem, one)
