"""Who may use a credential: one row for each that is shared from a bundle.

A credential without a row is its own project's alone. `hosts` are those that were shown
when it was given; a connector that asks for others waits for a person.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection as Db
from typing import Any, Final

from ferrule.clock import Clock, SystemClock, rfc3339
from ferrule.errors import NotFound
from ferrule.exchange import decode, encode
from ferrule.store.database import Database

EVERY: Final = "*"
"""Stands among a credential's projects for all there are and will be."""


@dataclass(frozen=True, slots=True)
class CredentialScope:
    """A shared credential: whose it is, which sign-ins fit it, and where it may go."""

    project: str
    owner: str
    provider: str
    sign_in: str
    projects: Sequence[str]
    hosts: Sequence[str] = ()
    created_at: str = ""

    def allows(self, project: str) -> bool:
        """Tell whether a project may use it."""
        return project in self.projects or EVERY in self.projects


_NAMES: Final = tuple(one.name for one in dataclasses.fields(CredentialScope))
_LISTS: Final = frozenset({"projects", "hosts"})
_ALL: Final = f"SELECT {', '.join(_NAMES)} FROM credential_scope"  # noqa: S608  names above
_ONE: Final = "project = ? AND owner = ?"


class CredentialScopes:
    """The shared credentials of every project in one database."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or SystemClock()

    def list(self, *, provider: str | None = None) -> tuple[CredentialScope, ...]:
        """Return the shared credentials of all projects, or a provider's, in order."""
        where, given = ("", ()) if provider is None else ("provider = ?", (provider,))
        query = f"{_ALL} WHERE {where or 'TRUE'} ORDER BY project, owner"
        with self._database.reading() as db:
            return tuple(map(_read, db.execute(query, given)))

    def find(self, project: str, owner: str) -> CredentialScope | None:
        """Return a shared credential; None where there is none."""
        with self._database.reading() as db:
            return _find(db, project, owner)

    def add(self, scope: CredentialScope, connection: str) -> CredentialScope:
        """Keep a shared credential; that connection of its project falls through to it.

        Both in one transaction.
        """
        made = dataclasses.replace(scope, created_at=rfc3339(self._clock.now()))
        values = [_value(name, getattr(made, name)) for name in _NAMES]
        marks = ", ".join("?" * len(_NAMES))
        with self._database.writing() as db:
            db.execute(
                f"INSERT INTO credential_scope ({', '.join(_NAMES)}) VALUES ({marks})",  # noqa: S608  names above
                values,
            )
            db.execute(
                "UPDATE connection SET credential_ref = NULL, updated_at = ?"
                " WHERE project = ? AND key = ?",
                (made.created_at, made.project, connection),
            )
        return made

    def change(
        self,
        project: str,
        owner: str,
        *,
        projects: Sequence[str] | None = None,
        more_hosts: Sequence[str] = (),
    ) -> CredentialScope:
        """Change which projects may use it, or add hosts it may go to.

        Raises:
            NotFound: when there is no such credential.
        """
        with self._database.writing() as db:
            found = _find(db, project, owner)
            if found is None:
                raise NotFound(f"No credential {owner!r} is shared in {project!r}.")
            kept = tuple(found.projects if projects is None else projects)
            hosts = sorted({*found.hosts, *more_hosts})
            db.execute(
                f"UPDATE credential_scope SET projects = ?, hosts = ? WHERE {_ONE}",  # noqa: S608  a literal
                (_value("projects", kept), _value("hosts", hosts), project, owner),
            )
        return dataclasses.replace(found, projects=kept, hosts=tuple(hosts))

    def delete(self, project: str, owner: str) -> None:
        """Forget that a credential is shared, if it is."""
        with self._database.writing() as db:
            db.execute(f"DELETE FROM credential_scope WHERE {_ONE}", (project, owner))  # noqa: S608  a literal


def _value(name: str, value: Any) -> Any:  # noqa: ANN401  what SQLite takes
    return encode(list(value)).decode() if name in _LISTS else value


def _read(row: tuple[Any, ...]) -> CredentialScope:
    members = dict(zip(_NAMES, row, strict=True))
    for name in _LISTS:
        found = decode((members[name] or "[]").encode())
        members[name] = tuple(map(str, found)) if isinstance(found, list) else ()
    return CredentialScope(**members)


def _find(db: Db, project: str, owner: str) -> CredentialScope | None:
    row = db.execute(f"{_ALL} WHERE {_ONE}", (project, owner)).fetchone()
    return None if row is None else _read(row)
