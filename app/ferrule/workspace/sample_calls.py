"""Samples of calls: those that a connector brings as fixtures, signed and sent.

A sample goes the way that the service's call goes: over HTTP, verified, stored, mapped.
It comes under a name of its own, so that it is no duplicate of one before.
"""

from typing import NamedTuple

from ferrule.clock import Clock, SystemClock
from ferrule.errors import FerruleError, NotFound, UsageError
from ferrule.exchange import Response
from ferrule.webhook.incoming import Incoming
from ferrule.webhook.sample import KIND, sample_call
from ferrule.workspace.deliveries import addresses
from ferrule.workspace.delivery_facts import SampleEvent
from ferrule.workspace.fixtures.files import (
    TestFile,
    any_fixture_folder,
    read_fixtures,
)
from ferrule.workspace.replaying import send, signed
from ferrule.workspace.workspace import Workspace


class SentSample(NamedTuple):
    """A sample that was sent, and what the gateway answered."""

    name: str
    call: Incoming
    response: Response


def sample_events(workspace: Workspace) -> tuple[SampleEvent, ...]:
    """Return the samples of every connection of the project that is called, by key."""
    return tuple(
        SampleEvent(address, file.title, file.path)
        for address in addresses(workspace)
        for file in _of_connector(workspace, address.connector_id)
    )


def samples_of(workspace: Workspace, key: str) -> tuple[TestFile, ...]:
    """Return the calls that a connection's connector has as fixtures, by file name.

    Those that the service would not make (forged or stale ones) are left out.

    Raises:
        NotFound: when there is no such connection.
    """
    connection = workspace.connections.get(workspace.project.key, key)
    return _of_connector(workspace, connection.connector_id)


def sample(
    workspace: Workspace, key: str, name: str = "", *, clock: Clock | None = None
) -> tuple[TestFile, Incoming]:
    """Return a sample by its file's name, by default the first, signed now.

    It has a name of its own: it is no duplicate of one that was sent before.

    Raises:
        NotFound: when the connector brings none, or none of that name.
        UsageError: when the file holds no call.
        MissingSecret: when the connection has no secret to sign by.
    """
    found = {one.path.stem: one for one in samples_of(workspace, key)}
    chosen = found.get(name) if name else next(iter(found.values()), None)
    if chosen is None:
        raise NotFound(
            f"“{key}” has no sample “{name}”." if name else f"“{key}” has no samples.",
            advice=f"It has: {', '.join(found)}."
            if found
            else "Pin a delivery as one.",
        )
    clock = clock or SystemClock()
    url = f"http://127.0.0.1{path_of(workspace, key)}"
    call = _call_of(chosen, url, clock)
    return chosen, signed(workspace, key, call, must_sign=False, clock=clock)


def send_sample(
    workspace: Workspace, key: str, origin: str, name: str = ""
) -> SentSample:
    """Send a sample to a gateway that runs, and return what it answered.

    Raises:
        NotFound: as above; so are UsageError and MissingSecret.
        ExchangeError: when nobody answers there.
    """
    file, call = sample(workspace, key, name)
    return SentSample(file.title, call, send(call, origin, path_of(workspace, key)))


def path_of(workspace: Workspace, key: str) -> str:
    """Return the path under which a connection is called (seed 001, section 7)."""
    return f"/api/webhooks/{key}/{workspace.project.key}"


def _call_of(file: TestFile, url: str, clock: Clock) -> Incoming:
    try:
        return sample_call(file.fixture, url=url, at=clock.now())
    except (KeyError, TypeError, AttributeError, ValueError):
        raise UsageError(
            f"{file.path.name} holds no call that could be sent.",
            advice="Its member “call” has headers and a body (docs/descriptor.md).",
        ) from None


def _of_connector(workspace: Workspace, connector_id: str) -> tuple[TestFile, ...]:
    try:
        files = read_fixtures(any_fixture_folder(workspace.catalogue, connector_id))
    except FerruleError:  # its connector is not there any more: its own verbs say so
        return ()
    return tuple(one for one in files if one.kind == KIND and _is_good(one))


def _is_good(file: TestFile) -> bool:
    expected = file.fixture.get("expect")
    told = expected.get("verdict") if isinstance(expected, dict) else None
    verdict = "valid" if told is None else told
    return (
        not file.trouble and "call" in file.fixture and verdict in ("valid", "unsigned")
    )
