"""Every verb that is not lean: read by typer, told in words or as JSON lines."""

import importlib
import pkgutil
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ferrule import __version__, cli
from ferrule.cli.asking import typed
from ferrule.cli.ending import DONE, INTERRUPTED, guarded
from ferrule.cli.place import choose_project, close_workspaces
from ferrule.cli.registry import app
from ferrule.cli.window import open_window
from ferrule.credentials import ask_passphrase_by
from ferrule.errors import UsageError
from ferrule.workspace.operations.acting import act_through

_NOT_VERBS = {
    "asking",
    "ending",
    "gateway_lines",
    "guards",
    "lean",
    "place",
    "progress_line",
    "progress",
    "registry",
    "run",
    "sandbox",
    "sync_child",
    "tables",
    "verbs",
    "window",
}
_ABOUT_ITSELF = {"--version"}  # needs no verb
# Verbs of a module that is not called like them; it brings what else they need.
_ELSEWHERE = {
    "connections": "api_version",
    "credentials": "sharing",
    "disable": "switching",
    "disconnect": "connect",
    "enable": "switching",
    "import": "beginning",
    "run": "listed",
    "sandbox": "listed",
}


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    project: Annotated[
        Path | None,
        typer.Option("--project", metavar="DIR", help="The project's folder."),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.")
    ] = False,
) -> None:
    """Open the window, or run one command."""
    choose_project(project)
    if version:
        typer.echo(f"ferrule {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        raise typer.Exit(open_window())
    ask_passphrase_by(typed)


def execute(arguments: Sequence[str]) -> int:
    """Run one verb and return its exit code."""
    verb = _named(arguments).partition(" ")[2]
    if verb or not _ABOUT_ITSELF.issuperset(arguments):
        for name in _modules(verb):
            importlib.import_module(f"ferrule.cli.{name}")
    try:
        return guarded(lambda: _invoke(list(arguments)), as_json="--json" in arguments)
    finally:
        close_workspaces()


def _modules(verb: str) -> list[str]:
    """Return the modules to import for a verb: its own, or all where it is none."""
    found = [one.name for one in pkgutil.iter_modules(cli.__path__)]
    own = _ELSEWHERE.get(verb, verb.replace("-", "_"))
    every = [name for name in found if name not in _NOT_VERBS]
    return [own] if own in every else every


def _invoke(arguments: list[str]) -> int:
    act_through(_named(arguments))
    try:
        code = app(arguments, prog_name="ferrule", standalone_mode=False)
    except typer.Exit as ending:
        if ending.exit_code == INTERRUPTED:  # so typer tells of Ctrl-C
            raise KeyboardInterrupt from None
        return ending.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except typer.TyperException as error:
        what = f"{error.format_message().removesuffix('.')}."  # it names the option
        context = getattr(error, "ctx", None)  # there once a verb was found
        command = context.command_path if context else _named(arguments)
        raise UsageError(what, advice=f"See: {command} --help.") from None
    return code if isinstance(code, int) else DONE


def _named(arguments: Sequence[str]) -> str:
    """Return the command as the audit trail names it: its verb, no value."""
    rest = iter(arguments)
    for one in rest:
        if one == "--project":
            next(rest, None)
        elif not one.startswith("-"):
            return f"ferrule {one}"
    return "ferrule"
