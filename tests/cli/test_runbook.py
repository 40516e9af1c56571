"""Every command that the runbook names is there, and each query it shows is read."""

import ast
import re
import shlex
from pathlib import Path

import pytest
import typer

from ferrule.cli import verbs
from ferrule.cli.registry import app
from ferrule.workspace.operations.query import read_query

DOCS = Path(__file__).parents[2] / "docs"
LEAN = {"run", "sandbox"}
TEXT = (DOCS / "runbook.md").read_text("utf-8") + (DOCS / "metrics.md").read_text(
    "utf-8"
)


def known() -> dict[str, set[str]]:
    """Return the verbs, and the verbs below each."""
    verbs.execute(["--version"])  # every module of a verb is imported by it
    root = typer.main.get_command(app)
    found = {name: set() for name in LEAN}
    for name, one in root.commands.items():
        found[name] = set(getattr(one, "commands", {}))
    return found


def test_every_command_that_is_named_is_there(capsys):
    there = known()
    named = re.findall(r"ferrule ([a-z]+)(?: ([a-z][a-z-]*))?", TEXT)
    assert len(named) > 20
    missing = {verb for verb, _ in named if verb not in there}
    assert missing == set()
    below = [(v, s) for v, s in named if there[v] and s and v != "import"]
    assert [(v, s) for v, s in below if s not in there[v]] == []


def command_lines():
    """Return the commands of the runbook, as a shell reads them."""
    book = (DOCS / "runbook.md").read_text("utf-8")
    found = re.findall(r"`(ferrule [^`]+)`|^    (ferrule .+)$", book, re.MULTILINE)
    return sorted({str(shlex.split(one or other)[1:]) for one, other in found})


@pytest.mark.parametrize("words", command_lines())
def test_every_command_of_the_runbook_takes_what_it_is_given(words, capsys):
    known()
    command, rest = typer.main.get_command(app), ast.literal_eval(words)
    name = ""
    while rest and rest[0] in getattr(command, "commands", {}):
        name, rest = rest[0], rest[1:]
        command = command.commands[name]
    is_group = bool(getattr(command, "commands", {}))
    assert name, "there is such a command"
    assert not (is_group and rest), "and one of that name below it"
    command.make_context(name, rest)


@pytest.mark.parametrize(
    "query",
    re.findall(r"ferrule log ((?:[a-z]+:[^\s`]+ ?)+)", TEXT),
)
def test_every_query_that_is_shown_is_read(query):
    read_query(query)


def test_every_alert_leads_to_a_heading():
    rules = DOCS.parent / "packaging" / "observability" / "ferrule.rules.yml"
    asked = set(re.findall(r"runbook\.md#(\S+)", rules.read_text("utf-8")))
    heads = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    there = {re.sub(r"[^a-z0-9 -]", "", one.lower()).replace(" ", "-") for one in heads}
    assert len(asked) >= 5
    assert asked <= there
