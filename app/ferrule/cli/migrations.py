"""`ferrule migrations`: SQL views of connectors, and one file with all of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ferrule.cli.ending import DONE, WRONG, write_json
from ferrule.cli.place import choose_project, open_workspace
from ferrule.cli.registry import Json, app
from ferrule.errors import UsageError

if TYPE_CHECKING:  # it reads descriptors, which other verbs do without
    from ferrule.workspace.migrating import Assembly

migrations = typer.Typer(
    help="Database views of connectors, as SQL.", no_args_is_help=True
)
app.add_typer(migrations, name="migrations")
_STANDARD_OUTPUT = Path("-")


@migrations.command("generate")
def generate(
    connector: Annotated[str, typer.Argument(metavar="CONNECTOR")],
    write: Annotated[
        bool, typer.Option("--write", help="Write the files beside the connector.")
    ] = False,
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="DIR", help="Write into this provider folder."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Print or write the migrations that follow from a connector's mapping."""
    from ferrule.workspace.migrating import generated_files, write_generated

    workspace = open_workspace()
    if write or into is not None:
        for path in write_generated(workspace, connector, into):
            if as_json:
                write_json({"type": "written", "file": str(path)})
            else:
                typer.echo(f"Wrote {path}")
        return DONE
    for name, text in generated_files(workspace, connector).items():
        if as_json:
            write_json({"type": "migration", "name": name, "sql": text})
        else:
            typer.echo(f"-- {name}\n{text}")
    return DONE


@migrations.command("assemble")
def assemble(
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="The project's ferrule.toml."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Where to; - prints it."),
    ] = None,
    dialect: Annotated[
        Literal["postgresql", "sqlite"], typer.Option("--dialect")
    ] = "postgresql",
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; 1 if FILE is not current.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Write one file with the migrations of the configured connectors."""
    from ferrule.workspace import migrating

    if config is not None:
        choose_project(_folder_of(config))
    workspace = open_workspace()
    made = migrating.assemble(workspace, dialect)
    usual = migrating.default_output(workspace) if dialect == "postgresql" else None
    path = out or usual
    if path is None:
        raise UsageError(
            "There is no place for the file.",
            advice="Name it with -o FILE, or make the folder supabase/migrations.",
        )
    if path == _STANDARD_OUTPUT:
        if check or as_json:
            raise UsageError("-o - prints the file and nothing else.")
        typer.echo(made.text, nl=False)
        return DONE
    current = migrating.is_current(path, made.text)
    if not check and not current:
        migrating.write_assembled(path, made.text)
    return _tell(made, path, current=current, check=check, as_json=as_json)


def _folder_of(config: Path) -> Path:
    from ferrule.workspace.project import FILE

    if config.is_dir():
        return config
    if config.name != FILE:
        raise UsageError(f"{config} is no {FILE}.", advice=f"Name a project's {FILE}.")
    return config.parent


def _tell(
    made: "Assembly", path: Path, *, current: bool, check: bool, as_json: bool
) -> int:
    connectors = dict.fromkeys(one.connector_id for one in made.files)
    if as_json:
        write_json(
            {
                "type": "migrations",
                "file": str(path),
                "current": current,
                "written": not (check or current),
                "configured": made.configured,
                "connectors": list(connectors),
                "files": [f"{one.connector_id}/{one.name}" for one in made.files],
                "notes": list(made.notes),
            }
        )
    else:
        for note in made.notes:
            typer.echo(f"Note: {note}", err=True)
        typer.echo(_said(made, path, len(connectors), current=current, check=check))
    return WRONG if check and not current else DONE


def _said(
    made: "Assembly", path: Path, connectors: int, *, current: bool, check: bool
) -> str:
    if current:
        return f"{path} is current."
    if check:
        return f"{path} is not current. Write it: ferrule migrations assemble"
    if not connectors:
        return f"No connectors are configured: {path} does nothing."
    many = "connector" if connectors == 1 else "connectors"
    files = f"{len(made.files)} files of {connectors} {many}"
    return f"Wrote {path}: {files}, named in {made.configured}."
