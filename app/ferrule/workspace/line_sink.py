"""Where a stateless run writes: JSON lines, and the state to its file.

The lines of a page are out before its state is kept, so that a run that is killed
writes a page twice rather than never.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from ferrule.exchange import Json
from ferrule.resilience.buckets import Spent
from ferrule.store.records import Batch, Counts, Mode
from ferrule.sync.events import line_bytes
from ferrule.workspace.home import write_whole
from ferrule.workspace.run_state import state_of

SLICES_A_PAGE = 100


def nothing_to_flush() -> None:
    """Leave the lines where they are: nobody buffers them."""


def _nothing_spent() -> Mapping[str, Spent]:
    """Return nothing: no limit is worth keeping."""
    return {}


class LineSink(msgspec.Struct):
    """Writes signals and states as JSON lines; the state also goes to its file.

    The lines of a page are flushed before its state is kept: a run that is killed
    writes a page twice rather than never. `spent` tells what hours and days have been
    spent: the next run goes on from it.
    """

    write: Callable[[bytes], None]
    state: dict[str, dict[str, Json]]
    mode: Mode
    path: Path | None = None
    flush: Callable[[], None] = nothing_to_flush
    spent: Callable[[], Mapping[str, Spent]] = _nothing_spent
    untold: int = 0

    def position(self, stream: str) -> Json:
        """Return where the last run left this stream, or None.

        A position of the other mode is of no use: its pages are those of another
        question.
        """
        kept = self.state.get(stream, {})
        return kept.get("position") if kept.get("mode") == self.mode else None

    def checkpoint(self, stream: str) -> Json:
        """Return the stream's checkpoint, or None."""
        return self.state.get(stream, {}).get("checkpoint")

    def slices(self, stream: str) -> Mapping[str, Json]:
        """Return the states of the stream's slices in an unfinished run."""
        kept = self.state.get(stream, {})
        slices = kept.get("slices") if kept.get("mode") == self.mode else None
        return slices if isinstance(slices, dict) else {}

    def commit(self, batch: Batch) -> Counts:
        """Write the page's signals and what is gone, then the state after it."""
        for signal in batch.signals:
            self.write(b'{"type":"signal","signal":' + line_bytes(signal)[:-1] + b"}\n")
        for external_id in batch.deleted:
            self.write(line_bytes(_gone(batch.collection_key, external_id)))
        self._keep(batch)
        if self._is_time():
            self.tell()
        gone, failed = len(batch.deleted), len(batch.errors)
        return Counts(
            processed=len(batch.signals) + gone + failed,
            deleted=gone,
            failed=failed,
            skipped=batch.skipped,
        )

    def _keep(self, batch: Batch) -> None:
        kept = self.state.setdefault(batch.stream, {})
        if kept.get("mode") != self.mode:
            kept.pop("slices", None)
        kept |= {"mode": self.mode, "position": batch.position}
        slices = kept.setdefault("slices", {}) if batch.slices else None
        if isinstance(slices, dict):
            slices |= batch.slices
            for key in [k for k, state in batch.slices.items() if state is None]:
                del slices[key]
        self.untold += 1

    def _is_time(self) -> bool:
        """Tell whether the state is written now.

        Where it names many slices it is written less often, so that all states
        together stay in proportion to what was read.
        """
        many = max((_slice_count(kept) for kept in self.state.values()), default=0)
        return self.untold * SLICES_A_PAGE >= many

    def complete(self, stream: str, checkpoint: Json) -> None:
        """Note that a stream was seen whole: its checkpoint moves."""
        self.state[stream] = {"checkpoint": checkpoint}

    def tell(self) -> None:
        """Write the state line, and the state file whole."""
        self.untold = 0
        state = state_of(self.state, self.spent())
        self.write(line_bytes({"type": "state", "state": state}))
        self.flush()
        if self.path is not None:
            write_whole(self.path, line_bytes(state))


def _gone(collection_key: str, external_id: str) -> Json:
    named: dict[str, Json] = {"collectionKey": collection_key}
    return {"type": "deleted", **named, "externalId": external_id}


def _slice_count(kept: Mapping[str, Json]) -> int:
    slices = kept.get("slices")
    return len(slices) if isinstance(slices, dict) else 0
