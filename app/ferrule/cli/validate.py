"""`ferrule validate`: every problem of descriptors, at its place."""

from pathlib import Path
from typing import Annotated

import typer

from ferrule.cli.ending import DONE, WRONG, problem_line, write_json
from ferrule.cli.registry import Json, app
from ferrule.errors import DescriptorInvalid, Problem


@app.command("validate")
def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…")],
    as_json: Json = False,
) -> int:
    """Check descriptors; 1 when one has an error."""
    wrong = False
    for path in files:
        problems = _problems(path)
        errors = [problem for problem in problems if problem.severity == "error"]
        wrong = wrong or bool(errors)
        if as_json:
            found = [problem_line(problem) for problem in problems]
            write_json({"file": str(path), "ok": not errors, "problems": found})
        else:
            _tell(path, problems, ok=not errors)
    return WRONG if wrong else DONE


def _problems(path: Path) -> list[Problem]:
    from ferrule.descriptor.document import read_document
    from ferrule.descriptor.problems import lint
    from ferrule.workspace.catalogue import read_whole

    try:
        return lint(read_document(read_whole(path)))
    except DescriptorInvalid as invalid:
        return list(invalid.problems)


def _tell(path: Path, problems: list[Problem], *, ok: bool) -> None:
    typer.echo(f"{path}: {'valid' if ok else 'not valid'}")
    for problem in problems:
        typer.echo(f"  {problem.severity} {problem.rule} {problem}")
