"""`python -m ferrule.scaffold.types FOLDER` writes the types of both languages."""

import sys
from pathlib import Path

from ferrule.scaffold.types import go_types, published_definitions, typescript_types


def write(folder: Path) -> None:
    """Write `ts/ferrule.d.ts` and `go/ferrule.go` into `folder`."""
    for name, content in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def files() -> dict[str, str]:
    """Return the types by the name of their file."""
    definitions = published_definitions()
    return {
        "ts/ferrule.d.ts": typescript_types(definitions),
        "go/ferrule.go": go_types(definitions),
    }


if __name__ == "__main__":
    write(Path(sys.argv[1]))
