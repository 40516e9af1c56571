"""The steps of an exchange as bars on one scale: where its time went."""

from typing import Final, NamedTuple

from ferrule.exchange import Timing

KEPT: Final = "The connection was open already: no name, connect or TLS was needed."


class Step(NamedTuple):
    """One step: its name, when it began, how long it took, the token of its colour."""

    title: str
    start: float
    length: float
    token: str

    @property
    def told(self) -> str:
        """Return how long it took."""
        return f"{self.length:,.1f} ms"


def steps_of(timing: Timing) -> list[Step]:
    """Return the steps that were taken, one after another without a gap."""
    ends = (
        ("Preparing", timing.begun, "muted"),
        ("Name", timing.name, "info"),
        ("Connecting", timing.connect, "info"),
        ("TLS", timing.tls, "info"),
        ("Sending", timing.sent, "accent"),
        ("Waiting", timing.first_byte, "warning"),
        ("Reading", timing.end, "success"),
    )
    steps, start = [], 0.0
    for title, end, token in ends:
        if end is not None:
            steps.append(Step(title, start, max(end - start, 0.0), token))
            start = max(end, start)
    return steps
