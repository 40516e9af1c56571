"""What one route is: its place, the scope it needs, what it takes and gives.

An operation is a value; the application and the OpenAPI document are made of the same
ones, so that they cannot disagree.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeVar

from ferrule.bundle import MAX_BUNDLE, MEDIA_TYPE
from ferrule.clock import Clock
from ferrule.section import Section
from ferrule.server.database import Database
from ferrule.server.refusals import forbidden
from ferrule.server.secret_references import SecretReferences
from ferrule.server.tokens import CREDENTIALS, Scope, Token
from ferrule.server.wire import NoQuery

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
MAX_JSON: Final = 64 * 1024
JSON: Final = "application/json"
OCTETS: Final = "application/octet-stream"
Model = TypeVar("Model", bound=Section)


@dataclass(frozen=True, slots=True)
class Registry:
    """What every route works on."""

    database: Database
    clock: Clock
    references: SecretReferences = field(default_factory=SecretReferences)


@dataclass(frozen=True, slots=True)
class File:
    """A body that is taken as its bytes, of at most `limit`."""

    limit: int
    media_types: tuple[str, ...]


BUNDLE_FILE: Final = File(MAX_BUNDLE, (MEDIA_TYPE, OCTETS))


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, once it was read and let in."""

    registry: Registry
    token: Token | None
    path: Mapping[str, str]
    query: Section
    body: Section | bytes | None

    def the(self, model: type[Model]) -> Model:
        """Return the query or the body, whichever is of that model."""
        for given in (self.body, self.query):
            if isinstance(given, model):
                return given
        message = f"the operation does not take a {model.__name__}"
        raise TypeError(message)

    @property
    def file(self) -> bytes:
        """The bytes that were sent."""
        return self.body if isinstance(self.body, bytes) else b""

    @property
    def sees_references(self) -> bool:
        """Whether references of credentials may be shown."""
        return self.token is not None and CREDENTIALS in self.token.scopes

    def need_credentials(self) -> None:
        """Refuse who may not touch references of credentials.

        Raises:
            RefusalError: then.
        """
        if not self.sees_references:
            raise forbidden(CREDENTIALS)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: a status, and a model, a file, or nothing."""

    status: int
    body: Section | bytes | None = None
    media_type: str = JSON


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path.

    `gives` are the good answers by status: a model, the media type of a file, or
    nothing. `refuses` are the refusals of its own, beside those that its form implies.
    """

    id: str
    method: Method
    path: str
    summary: str
    call: Callable[[Asked], Told]
    gives: Mapping[int, type[Section] | str | None]
    scope: Scope | None = None
    query: type[Section] = NoQuery
    takes: type[Section] | File | None = None
    refuses: tuple[int, ...] = ()
