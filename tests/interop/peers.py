"""One stream of one connector, as our own run reads it and as another engine does."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.benchmarks import environments
from tests.interop.exported import Case
from tests.support.commands import Ferrule

from ferrule.descriptor.document import validate
from ferrule.interchange import airbyte, dlt
from ferrule.interchange.dlt.pythonic import identifier

PROGRAMS = Path(__file__).parent / "programs"
ENGINES = {"airbyte": "airbyte-cdk", "dlt": "dlt"}


@dataclass(frozen=True)
class Read:
    """The ids that came, each once, and what went wrong."""

    ids: tuple[str, ...]
    error: str = ""
    state: Any = None


def ours(folder: Path, case: Case, *, state: Path | None = None) -> Read:
    """Return what `ferrule run` gives; records that are marked as deleted are not."""
    path = folder / "connector.json"
    path.write_text(json.dumps(case.document), "utf-8")
    options = [o for k, v in case.config.items() for o in ("--set", f"{k}={_shown(v)}")]
    given = {f"GIVEN_{n}": v for n, v in enumerate(case.secrets.values())}
    for key, name in zip(case.secrets, given, strict=True):
        options += ["--secret", f"{key}=@env:{name}"]
    if state is not None:
        options += ["--state", str(state)]
    run = Ferrule(folder / "home", folder)
    said = run(
        "run",
        str(path),
        "--stream",
        case.stream,
        "--allow-http",
        "127.0.0.1",
        *options,
        **given,
    )
    found = [line["signal"] for line in said.lines if line["type"] == "signal"]
    error = "" if said.code == 0 else said.err + said.out[-500:]
    return Read(_once(one["externalId"] for one in found), error)


def _shown(value: Any) -> str:
    return ",".join(value) if isinstance(value, list) else str(value)


def theirs(folder: Path, case: Case, engine: str, state: Any = ()) -> Read:
    """Return what another engine gives that runs our export."""
    asked = _airbyte if engine == "airbyte" else _dlt
    question = asked(folder, case) | {"stream": case.stream, "state": list(state or ())}
    python = _python(engine)
    if python is None:
        pytest.skip(f"{ENGINES[engine]} is not to be had here")
    done = subprocess.run(
        [python, PROGRAMS / f"read_{engine}.py"],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        return Read((), done.stderr[-2000:] or "it said nothing")
    found = json.loads(lines[-1])
    ids = _once(map(_identity(case), found["records"])) if case.stream else ()
    return Read(ids, found["error"], found.get("state"))


@cache
def _python(engine: str) -> Path | None:
    try:
        return environments.make(engine)
    except subprocess.CalledProcessError:
        return None


def _airbyte(folder: Path, case: Case) -> dict[str, Any]:
    made = airbyte.write(dict(case.document))
    path = folder / "manifest.yaml"
    path.write_bytes(made.raw)
    config: dict[str, Any] = {**case.config, **case.secrets}
    spec: Any = airbyte.manifest(dict(case.document))[0]["spec"]
    choice = spec["connection_specification"]["properties"].get("auth_method")
    if choice is not None:
        config["auth_method"] = choice["default"]
    return {"manifest": str(path), "config": config}


def _dlt(folder: Path, case: Case) -> dict[str, Any]:
    path = folder / "source.py"
    path.write_bytes(dlt.write(dict(case.document)).raw)
    given = {identifier(k): v for k, v in {**case.config, **case.secrets}.items()}
    source = identifier(str(case.document["id"]))
    return {
        "file": str(path),
        "source": source,
        "arguments": given,
        "folder": str(folder),
    }


def _identity(case: Case) -> Any:
    """Return what makes our external id of a record, by the stream's mapping."""
    connector = validate(dict(case.document))
    streams = connector.resolved_streams
    mapping = next(s.mapping for s in streams if s.key == case.stream)
    paths = mapping.primary_key or (mapping.id_path,)
    names = [path.removeprefix("$.") for path in paths]

    def of(record: Mapping[str, Any]) -> str:
        return "|".join(str(record.get(name)) for name in names)

    return of


def _once(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(ids)))
