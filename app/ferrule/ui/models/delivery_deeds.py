"""What a person does with deliveries: again, edited, signed anew, pinned, put aside.

Everything runs off the window's thread. What is replayed is mapped here and now where
no receiver runs; where one does, whichever comes first does it.
"""

from collections.abc import Sequence

from PySide6 import QtCore

from ferrule.ui.models.delivery_tally import Tally, tally_of
from ferrule.ui.tasks import in_thread
from ferrule.workspace.burying import bury
from ferrule.workspace.delivery_facts import SampleEvent
from ferrule.workspace.workspace import Workspace


class DeliveryDeeds(QtCore.QObject):
    """The deeds; each raises a FerruleError that says what to do."""

    def __init__(
        self, workspace: Workspace, parent: QtCore.QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace

    async def replay(self, number: int, body: bytes | None = None) -> int:
        """Let a delivery come once more, and return the number of the new one."""
        return await in_thread(lambda: _replayed(self._workspace, number, body))

    async def resign(
        self, number: int, origin: str, path: str, body: bytes | None = None
    ) -> int:
        """Send a delivery to the receiver with a signature of now; return the status.

        Raises:
            UsageError: when its calls are not signed.
            ExchangeError: when the receiver does not answer.
        """
        return await in_thread(
            lambda: _resigned(self._workspace, number, body, (origin, path))
        )

    async def send(self, event: SampleEvent, origin: str) -> int:
        """Send a sample to the receiver and return the status of its answer."""
        return await in_thread(lambda: _sent(self._workspace, event, origin))

    async def samples(self) -> tuple[SampleEvent, ...]:
        """Return the events that can be sent."""
        return await in_thread(lambda: _samples(self._workspace))

    async def pin(self, number: int) -> str:
        """Keep a delivery as a test of its connector; return the file's path."""
        return await in_thread(lambda: _pinned(self._workspace, number))

    async def weigh(self, numbers: Sequence[int]) -> Tally:
        """Return what replaying dead letters would do; nothing is written."""
        return await in_thread(lambda: _weighed(self._workspace, numbers))

    async def replay_dead(self, numbers: Sequence[int]) -> int:
        """Let dead letters be mapped once more; return how many."""
        return await in_thread(lambda: _replayed_dead(self._workspace, numbers))

    async def discard(self, numbers: Sequence[int]) -> int:
        """Put dead letters aside; return how many."""
        return await in_thread(lambda: _discarded(self._workspace, numbers))

    async def bury(self, number: int) -> None:
        """Make a dead letter of a delivery.

        Raises:
            UsageError: when it waits still, or is none that can be one.
        """
        await in_thread(lambda: bury(self._workspace, number))


def _replayed(workspace: Workspace, number: int, body: bytes | None) -> int:
    from ferrule.workspace import (  # noqa: PLC0415 - brings verifying and the network, which showing the page does without
        replaying,
    )

    new = replaying.replay(workspace, number, body=body)
    replaying.map_waiting(workspace)
    return new


def _resigned(
    workspace: Workspace, number: int, body: bytes | None, where: tuple[str, str]
) -> int:
    from ferrule.workspace import replaying  # noqa: PLC0415 - as above

    call = replaying.resigned(workspace, number, body=body)
    return replaying.send(call, *where).status


def _sent(workspace: Workspace, event: SampleEvent, origin: str) -> int:
    from ferrule.workspace import sample_calls  # noqa: PLC0415 - as above

    key, name = event.address.connection, event.path.stem
    return sample_calls.send_sample(workspace, key, origin, name).response.status


def _samples(workspace: Workspace) -> tuple[SampleEvent, ...]:
    from ferrule.workspace import sample_calls  # noqa: PLC0415 - as above

    return sample_calls.sample_events(workspace)


def _pinned(workspace: Workspace, number: int) -> str:
    from ferrule.workspace import dead_letters  # noqa: PLC0415 - as above

    return dead_letters.pin(workspace, number)


def _weighed(workspace: Workspace, numbers: Sequence[int]) -> Tally:
    from ferrule.workspace import dead_letters  # noqa: PLC0415 - as above

    found = dead_letters.try_all(workspace, numbers)
    first = next((one.error for _, one in found.each if one.status == "dead"), None)
    return tally_of(found.by_status, found.counts, first)


def _replayed_dead(workspace: Workspace, numbers: Sequence[int]) -> int:
    from ferrule.workspace import dead_letters, replaying  # noqa: PLC0415 - as above

    reopened = dead_letters.replay_all(workspace, numbers)
    replaying.map_waiting(workspace)
    return len(reopened)


def _discarded(workspace: Workspace, numbers: Sequence[int]) -> int:
    from ferrule.workspace import dead_letters  # noqa: PLC0415 - as above

    return len(dead_letters.discard(workspace, numbers))
