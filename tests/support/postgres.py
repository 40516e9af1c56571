"""A PostgreSQL server of the test's own: in a folder of its own, on a socket alone.

It is Debian's package (`apt install postgresql`), version 15 or later. As the server
refuses to run as root, it then runs as `postgres`, else as `nobody`.
"""

import json
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Final, Self

_USER: Final = "ferrule"
_PLACES: Final = ("/usr/lib/postgresql", "/usr/local/lib/postgresql")


def server_programs() -> Path | None:
    """Return the folder of the newest server's programs, None where there is none."""
    folders = [one for place in _PLACES for one in Path(place).glob("*/bin/pg_ctl")]
    newest = max(folders, key=lambda one: int(one.parts[-3]), default=None)
    if newest is not None:
        return newest.parent
    found = shutil.which("pg_ctl")
    return Path(found).resolve().parent if found else None


class PostgreSQL:
    """A server; a context manager. `run` and `rows` speak to one of its databases."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._account: dict[str, Any] = {}
        self.folder = Path()

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="ferrule-pg-"))
        if os.geteuid() == 0:
            account = _unprivileged()
            uid, gid = account.pw_uid, account.pw_gid
            self._account = {"user": uid, "group": gid, "extra_groups": []}
            os.chown(self.folder, uid, gid)
        data, log = self.folder / "data", self.folder / "log"
        self._do("initdb", "-D", data, "-U", _USER, "-A", "trust", "-E", "UTF8", "-N")
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off"
        self._do("pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start")
        return self

    def __exit__(self, *_: object) -> None:
        self._do("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder)

    def create(self, database: str) -> None:
        """Make an empty database."""
        self.run(f'CREATE DATABASE "{database}"', "postgres")

    def run(self, sql: str, database: str) -> str:
        """Run statements and return what they print; the first error ends it."""
        done = subprocess.run(
            [
                self._programs / "psql",
                *("-h", self.folder, "-U", _USER, "-d", database),
                *("-v", "ON_ERROR_STOP=1", "-X", "-q", "-A", "-t", "-f", "-"),
            ],
            input=sql.encode(),
            capture_output=True,
            check=False,
            timeout=60,
        )
        if done.returncode:
            raise RuntimeError(done.stderr.decode())
        return done.stdout.decode()

    def rows(self, query: str, database: str) -> list[Any]:
        """Return the rows of a query as JSON objects, in their order."""
        as_json = f"SELECT row_to_json(row) FROM ({query}) AS row"  # noqa: S608  of tests
        told = self.run(as_json, database)
        return [json.loads(line) for line in told.split("\n") if line]

    def _do(self, program: str, *arguments: object) -> None:
        subprocess.run(
            [self._programs / program, *map(str, arguments)],
            check=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "Asia/Kolkata"},
            timeout=120,
            **self._account,
        )


def _unprivileged() -> pwd.struct_passwd:
    known = {one.pw_name: one for one in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]
