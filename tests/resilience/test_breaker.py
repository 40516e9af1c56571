"""The breaker: closed, open, half-open, as a table and as a machine."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ferrule.resilience import CircuitBreaker
from ferrule.resilience.breaker import BreakerState

BREAKER = CircuitBreaker(failure_threshold=3, reset_timeout_ms=10_000, half_open_max=2)


def told(state: BreakerState, now: float, *goods: bool | None) -> BreakerState:
    """Let requests through and tell at once how they went."""
    for good in goods:
        admitted = BREAKER.admit(state, now)
        assert admitted is not None
        state = BREAKER.after(admitted, admitted.era, now, good=good)
    return state


CLOSED = BreakerState()
OPEN = told(CLOSED, 0.0, False, False, False)


def test_it_opens_after_failures_in_a_row_only() -> None:
    assert told(CLOSED, 0.0, False, False).open_until is None
    assert told(CLOSED, 0.0, False, False, True, False, False).open_until is None
    assert OPEN.open_until == 10.0


def test_throttling_neither_counts_nor_forgives() -> None:
    state = told(CLOSED, 0.0, False, False, None)
    assert state.failures == 2
    assert told(state, 0.0, False).open_until == 10.0


def test_while_open_nothing_goes() -> None:
    assert BREAKER.admit(OPEN, 9.999) is None
    assert BREAKER.admit(OPEN, 10.0) is not None


def test_exactly_so_many_probes_go() -> None:
    one = BREAKER.admit(OPEN, 10.0)
    assert one is not None
    two = BREAKER.admit(one, 10.0)
    assert two is not None
    assert BREAKER.admit(two, 100.0) is None


def test_it_closes_when_all_probes_are_answered() -> None:
    half = told(OPEN, 10.0, True)
    assert half.open_until is not None
    closed = told(half, 10.0, True)
    assert (closed.open_until, closed.failures) == (None, 0)


def test_a_probe_that_fails_opens_it_again() -> None:
    assert told(OPEN, 12.0, True, False).open_until == 22.0


def test_a_probe_that_tells_nothing_gives_its_place_back() -> None:
    state = told(OPEN, 10.0, None, None, None, True)
    assert (state.probes, state.answered) == (1, 1)


def test_what_was_sent_before_it_opened_says_nothing_any_more() -> None:
    assert BREAKER.after(OPEN, CLOSED.era, 11.0, good=True) == OPEN
    probing = BREAKER.admit(OPEN, 11.0)
    assert probing is not None
    assert BREAKER.after(probing, CLOSED.era, 11.0, good=False) == probing


class Service(RuleBasedStateMachine):
    """Requests that overlap, fail and pass in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.state = CLOSED
        self.now = 0.0
        self.flying: list[int] = []

    @rule(seconds=st.floats(0, 15))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def one_is_sent(self) -> None:
        state = BREAKER.admit(self.state, self.now)
        if self.state.open_until is not None and self.now < self.state.open_until:
            assert state is None
        if state is not None:
            self.state = state
            self.flying.append(state.era)

    @precondition(lambda self: self.flying)
    @rule(which=st.integers(0, 50), good=st.sampled_from([True, False, None]))
    def one_comes_back(self, which: int, *, good: bool | None) -> None:
        era = self.flying.pop(which % len(self.flying))
        self.state = BREAKER.after(self.state, era, self.now, good=good)

    @invariant()
    def never_more_probes_than_allowed(self) -> None:
        if self.state.open_until is not None:
            probing = self.flying.count(self.state.era)
            assert probing + self.state.answered <= BREAKER.half_open_max

    @invariant()
    def never_closed_after_the_threshold(self) -> None:
        if self.state.open_until is None:
            assert self.state.failures < BREAKER.failure_threshold


TestService = Service.TestCase
TestService.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
