"""What a stream begins from and leaves behind: a mark, or one for each of its slices.

The checkpoint of a stream with partitions is `{"slices": {key: mark}}`, and with
`parents` the marks of parent streams that only tell what changed. One mark serves all
slices where the descriptor says so (`scope: stream`), or where they are too many.
"""

from collections.abc import Callable, Mapping

import msgspec

from ferrule.delta import Span
from ferrule.exchange import Json
from ferrule.sync.plan import StreamPlan

MOST_MARKS = 10_000


class SliceState(msgspec.Struct, frozen=True):
    """How far one slice is: its mark, and whether it is done and was seen whole."""

    mark: Json = None
    heard: str | None = None
    done: bool = False
    whole: bool = True

    def wire(self) -> Json:
        """Return the state as JSON."""
        stored: dict[str, Json] = {"done": self.done, "whole": self.whole}
        told: dict[str, Json] = {"mark": self.mark, "heard": self.heard}
        return stored | {
            name: value for name, value in told.items() if value is not None
        }

    @staticmethod
    def read(stored: Json) -> "SliceState":
        """Return the state in stored JSON."""
        known = stored if isinstance(stored, dict) else {}
        heard = known.get("heard")
        return SliceState(
            mark=known.get("mark"),
            heard=heard if isinstance(heard, str) else None,
            done=known.get("done") is True,
            whole=known.get("whole") is not False,
        )


class Marks(msgspec.Struct):
    """The marks of one stream in one run.

    `states` are what this run stored of its slices; `partial` says that the slices
    themselves were not all named.
    """

    plan: StreamPlan
    checkpoint: Json
    states: dict[str, SliceState]
    notice: Callable[[str], None]
    partial: bool = False
    reached: dict[str, Json] = msgspec.field(default_factory=dict)

    def begin(self, key: str) -> Json:
        """Return the mark at which a slice begins in this run, None for a new one."""
        slices = self._stored("slices")
        return self.checkpoint if slices is None else slices.get(key)

    def parent(self, name: str) -> Json:
        """Return the mark of a parent stream that tells what changed."""
        return (self._stored("parents") or {}).get(name)

    def done(self, key: str) -> bool:
        """Tell whether this run has gone through a slice."""
        state = self.states.get(key)
        return state is not None and state.done

    def close(
        self,
        key: str,
        span: Span | None,
        shown: Json,
        *,
        heard: str | None,
        whole: bool,
        last: bool,
    ) -> SliceState:
        """Note that a slice has no further page in this window, and return its state.

        The mark moves over whole windows only, and never past one that was not.
        """
        before = self.states.get(key) or SliceState(self.begin(key))
        mark, sound = before.mark, whole and before.whole
        if sound:
            delta = self.plan.delta
            mark = shown if span is None else delta.settled(mark, span, shown)
        state = SliceState(mark, before.heard or heard, done=last, whole=sound)
        self.states[key] = state
        return state

    def idle(self, key: str) -> None:
        """Note a slice in which there is nothing to ask for."""
        self.states[key] = SliceState(self.begin(key), done=True)

    @property
    def whole(self) -> bool:
        """Whether every slice was named and seen whole."""
        if self.partial or not (self.states or self._parents_tell_changes()):
            return False
        return all(state.whole and state.done for state in self.states.values())

    def result(self) -> Json:
        """Return what the checkpoint becomes: None where nothing is known."""
        if not self.plan.axes:
            state = self.states.get("")
            return None if state is None else state.mark
        if self.plan.delta.scope == "stream":
            return self._one() if self.whole else self.checkpoint
        kept = self._known() if self._parents_tell_changes() else {}
        kept |= {k: s.mark for k, s in self.states.items()}
        marks: dict[str, Json] = {k: m for k, m in kept.items() if m is not None}
        if len(marks) > MOST_MARKS:
            return self._too_many(marks)
        parents = {**(self._stored("parents") or {}), **self.reached}
        if not marks and not parents:
            return None
        return {"slices": marks, "parents": parents} if parents else {"slices": marks}

    def _one(self) -> Json:
        joined = [(state.mark, state.heard) for state in self.states.values()]
        return self.plan.delta.joined(joined)

    def _too_many(self, marks: dict[str, Json]) -> Json:
        one = self._one()
        if one is not None:
            self.notice(
                f"{len(marks)} slices are too many to keep a mark for each: the next "
                "run begins at the oldest of them."
            )
            return one
        self.notice(
            f"{len(marks)} slices are too many to keep a mark for each: the next run "
            f"reads all but {MOST_MARKS} from their beginning."
        )
        return {"slices": dict(list(marks.items())[:MOST_MARKS])}

    def _parents_tell_changes(self) -> bool:
        return bool(self._stored("parents"))

    def _known(self) -> dict[str, Json]:
        return dict(self._stored("slices") or {})

    def _stored(self, member: str) -> Mapping[str, Json] | None:
        if not self.plan.axes or not isinstance(self.checkpoint, dict):
            return None
        found = self.checkpoint.get(member)
        return found if isinstance(found, dict) else None
