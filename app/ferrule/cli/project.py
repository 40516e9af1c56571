"""`ferrule project`: make a folder a project, and list those there are."""

from pathlib import Path
from typing import Annotated

import typer

from ferrule.cli.ending import DONE, write_json
from ferrule.cli.registry import Json, app
from ferrule.cli.tables import show_table

projects = typer.Typer(
    help="Projects: folders that git can hold.", no_args_is_help=True
)
app.add_typer(projects, name="project")


@projects.command("init")
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR")] = Path(),
    name: Annotated[str | None, typer.Option("--name")] = None,
) -> int:
    """Make a project in a folder, by default this one."""
    from ferrule.workspace.home import Home
    from ferrule.workspace.project import init_project

    project = init_project(folder, Home.default(), name)
    typer.echo(f"Project “{project.name}” ({project.key}) in {project.folder}")
    return DONE


@projects.command("list")
def list_projects(as_json: Json = False) -> int:
    """List the projects that were made here."""
    from ferrule.workspace.home import Home
    from ferrule.workspace.project import known_projects

    found = known_projects(Home.default())
    if as_json:
        for project in found:
            write_json(
                {
                    "key": project.key,
                    "name": project.name,
                    "folder": str(project.folder),
                }
            )
        return DONE
    show_table(
        ("key", "name", "folder"), [(p.key, p.name, str(p.folder)) for p in found]
    )
    return DONE
