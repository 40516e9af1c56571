"""The configuration that a client of agents is given."""

import json
from pathlib import Path

from ferrule.ui.models.agent_config import config_text, install_text

FOLDER = Path("/projects/my work “x”")


def server(**more):
    found = json.loads(config_text(FOLDER, environment={}, **more))
    return found["mcpServers"]["ferrule"]


def test_it_is_json_that_names_the_program_and_the_project_whole():
    found = server()
    assert Path(found["command"]).is_absolute()
    assert found["args"][-4:] == ["--project", str(FOLDER), "mcp", "serve"]
    assert "env" not in found


def test_what_is_chosen_is_in_the_command():
    found = server(connections=["issues"], read_only=True)
    assert found["args"][-5:] == [
        "mcp", "serve", "--connection", "issues", "--read-only",
    ]  # fmt: skip


def test_where_the_data_is_kept_goes_along_and_the_key_of_the_vault_does_not():
    text = config_text(
        FOLDER, environment={"FERRULE_HOME": "/data", "FERRULE_MASTER_KEY": "c2VjcmV0"}
    )
    assert json.loads(text)["mcpServers"]["ferrule"]["env"] == {"FERRULE_HOME": "/data"}
    assert "c2VjcmV0" not in text


def test_installing_goes_into_the_environment_of_this_program():
    assert install_text().endswith("-m pip install 'ferrule[mcp]'")
