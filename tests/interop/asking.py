"""What an exported edge function says of things, in Node and in Deno.

In Node it runs as the TypeScript compiler made it, in Deno as it is.
"""

import shutil
from pathlib import Path

import pytest
from tests.interop import typescript

from ferrule import __version__, shipped
from ferrule.exchange import decode, encode
from ferrule.interchange.edge import EDGE_FILES, EdgeParts, edge_files

NEEDED = [
    pytest.mark.interop,
    pytest.mark.skipif(
        typescript.NODE is None or typescript.NPM is None, reason=typescript.MISSING
    ),
]
PROGRAM = Path(__file__).parent / "programs" / "edge_check.ts"
FIRST = shipped.descriptors() / "asana" / "connectors" / "asana-tasks.json"


def templates() -> dict[str, bytes]:
    root = shipped.resources() / "edge"
    return {name: (root / name).read_bytes() for name in EDGE_FILES}


def in_(runtime: str):
    """Return a parameter of `ask`, and what its tests are where they are left out."""
    mark = pytest.mark.compared("edge function", runtime)
    return pytest.param(runtime, marks=mark, id=runtime)


RUNTIMES = [in_("Node"), in_("Deno")]


def edge_function(request, folder: Path):
    """Return what answers questions: the exported function with `edge_check.ts`."""
    parts = EdgeParts(templates(), FIRST.read_bytes(), __version__)
    files, _ = edge_files(parts)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    shutil.copy(PROGRAM, folder)
    if request.param == "Deno":
        command = [request.getfixturevalue("deno"), "run", "--quiet", PROGRAM.name]
    else:
        modules = request.getfixturevalue("modules")
        assert typescript.compile_in(folder, modules) == ""
        command = [typescript.NODE, "dist/edge_check.js"]

    def answers(questions):
        lines = b"\n".join(map(encode, questions))
        told = typescript.run(command, folder, lines)
        return [decode(line) for line in told.splitlines()]

    return answers
