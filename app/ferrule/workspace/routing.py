"""Where a project's events go: sinks and routes, from its `ferrule.toml`.

docs/outbound.md describes them. No secret stands in the file: a sink names the variable
of the environment that holds its own.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.expression import Predicate
from ferrule.expression.condition import compile_predicate
from ferrule.expression.source import Place
from ferrule.section import Section
from ferrule.workspace.project import FILE, Project

_NAME: Final = r"^[a-z0-9]+([._-][a-z0-9]+)*$"


class FileSink(Section):
    """A file of JSON lines; a relative path is below the project's folder."""

    name: str = Field(title="Name", pattern=_NAME)
    type: Literal["jsonl"] = Field(title="Kind")
    path: str = Field(title="Path", min_length=1)


class HttpSink(Section):
    """An endpoint that is called, signed by Standard Webhooks."""

    name: str = Field(title="Name", pattern=_NAME)
    type: Literal["http"] = Field(title="Kind")
    url: str = Field(title="Address", pattern="^https?://")
    secret_env: str = Field(title="Variable with the secret", min_length=1)


class QueueSink(Section):
    """A queue of pgmq in PostgreSQL."""

    name: str = Field(title="Name", pattern=_NAME)
    type: Literal["pgmq"] = Field(title="Kind")
    dsn_env: str = Field(title="Variable with the database", min_length=1)
    queue: str = Field(title="Queue", pattern=r"^[a-z][a-z0-9_]{0,46}$")


SinkPart: TypeAlias = Annotated[
    FileSink | HttpSink | QueueSink, Field(discriminator="type")
]


class RoutePart(Section):
    """Which events go to a sink; without a condition all."""

    sink: str = Field(title="Sink")
    when: Predicate | None = Field(None, title="Only when")


class OutboundPart(Section):
    """The section `outbound` of a project's file."""

    sinks: tuple[SinkPart, ...] = Field((), title="Sinks")
    routes: tuple[RoutePart, ...] = Field((), title="Routes")


class Route(NamedTuple):
    """A sink's name, and which messages go there."""

    sink: str
    holds: Callable[[Place], bool]


class Routing(NamedTuple):
    """A project's sinks by name, and its routes."""

    sinks: Mapping[str, SinkPart]
    routes: Sequence[Route]

    def sinks_of(self, message: Json) -> tuple[str, ...]:
        """Return the names of the sinks that a message goes to, each once."""
        place = Place(body=message)
        return tuple(dict.fromkeys(one.sink for one in self.routes if one.holds(place)))


def read_routing(project: Project) -> Routing:
    """Return where a project's events go; nowhere where its file does not say.

    Raises:
        UsageError: when what it says does not hold, naming the place.
    """
    found = _section(project, "outbound")
    try:
        part = _PART.validate_python(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise UsageError(
            f"{project.folder / FILE}: outbound.{place}: {first['msg']}.",
            advice="docs/outbound.md shows what it can hold.",
        ) from None
    sinks = {one.name: one for one in part.sinks}
    for route in part.routes:
        if route.sink not in sinks:
            raise UsageError(
                f"{project.folder / FILE}: there is no sink “{route.sink}”.",
                advice=f"There are: {', '.join(sinks) or 'none'}.",
            )
    return Routing(sinks, tuple(_route(one) for one in part.routes))


_PART: Final[TypeAdapter[OutboundPart]] = TypeAdapter(OutboundPart)


def read_section(project: Project, name: str) -> dict[str, Any]:
    """Return a section of a project's file; an empty one where it has none.

    Raises:
        UsageError: when the file cannot be read, or has a value there.
    """
    return _section(project, name)


def _section(project: Project, name: str) -> dict[str, Any]:
    path = project.folder / FILE
    try:
        found = tomllib.loads(path.read_text("utf-8")).get(name, {})
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}.") from None
    if not isinstance(found, dict):
        raise UsageError(f"{path}: “{name}” is not a section.")
    return found


def _route(part: RoutePart) -> Route:
    return Route(part.sink, compile_predicate(part.when) if part.when else _always)


def _always(_place: Place) -> bool:
    return True
