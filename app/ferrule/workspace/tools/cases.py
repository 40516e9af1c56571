"""Test cases of tools: recorded calls beside the connector, replayed offline."""

from collections.abc import Mapping
from pathlib import Path

from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.workspace.fixtures.files import (
    TestFile,
    TestResult,
    any_fixture_folder,
    fixture_folder,
    read_fixtures,
    run_fixtures,
    save_fixture,
)
from ferrule.workspace.fixtures.look import Finding, look_over
from ferrule.workspace.fixtures.sample import Answer
from ferrule.workspace.fixtures.tool_case import make_tool_case
from ferrule.workspace.tools.calls import Call
from ferrule.workspace.tools.facts import KeptAnswer, ToolOutcome
from ferrule.workspace.workspace import Workspace


def tool_cases(
    workspace: Workspace, connector_id: str, tool: str = ""
) -> list[TestFile]:
    """Return the test cases of a connector's tools, or of one of them.

    Raises:
        NotFound: when there is no such connector.
    """
    folder = any_fixture_folder(workspace.catalogue, connector_id)
    return [
        file
        for file in read_fixtures(folder)
        if file.kind == "tool" and tool in {"", str(file.fixture.get("tool"))}
    ]


def run_cases(
    workspace: Workspace, connector_id: str, tool: str = ""
) -> list[TestResult]:
    """Replay the test cases of a connector's tools, offline.

    Raises:
        FerruleError: when the connector cannot be read.
    """
    connector = workspace.registry.get_descriptor(connector_id)
    return run_fixtures(connector, tool_cases(workspace, connector_id, tool))


def look_at_case(call: Call, outcome: ToolOutcome) -> list[Finding]:
    """Return what a person should look at before a call becomes a file."""
    parts: dict[str, Json] = {"arguments": dict(call.arguments)}
    if outcome.answer is not None:
        parts["answer"] = outcome.answer.body
    return look_over(parts, config=call.connection.config)


def record_case(
    workspace: Workspace,
    call: Call,
    outcome: ToolOutcome,
    name: str,
    choices: Mapping[str, str] | None = None,
) -> Path:
    """Keep a call that was run as a test case of the project's connector.

    Raises:
        UsageError: when the connector is not the project's own, the run brought no
            answer, or a secret would be left in the file.
        StoreError: when it cannot be written.
    """
    if outcome.answer is None:
        raise UsageError("There is no answer to keep.", advice="Run the tool first.")
    made = make_tool_case(
        call.connector,
        call.tool.name,
        call.arguments,
        call.connection.config,
        _answer(outcome.answer),
        name=name,
        choices=choices,
    )
    folder = fixture_folder(workspace.catalogue, call.connector.id)
    return save_fixture(folder, made)


def _answer(kept: KeptAnswer) -> Answer:
    """Return an answer as a case keeps it: of its headers the type alone."""
    headers = {"content-type": kept.content_type} if kept.content_type else {}
    return Answer(kept.status, headers, kept.body)
