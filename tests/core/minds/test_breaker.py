from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from daemon.core.minds import breaker as breakers
from daemon.core.minds.breaker import FAILURES, FIRST_REST, LONGEST_REST, Breaker
from tests.fakes import NOON

SECOND = timedelta(seconds=1)


def failing(times: int, at: datetime = NOON, breaker: Breaker | None = None) -> Breaker:
    found = breaker or Breaker()
    for _ in range(times):
        found = breakers.failed(found, found.turn, at)
    return found


def probed(breaker: Breaker, now: datetime) -> tuple[Breaker, int]:
    found, turn = breakers.begin(breaker, now)
    assert turn is not None
    return found, turn


def test_three_failures_in_a_row_open_it() -> None:
    assert breakers.admits(failing(FAILURES - 1), NOON)
    opened = failing(FAILURES)
    assert not breakers.admits(opened, NOON)
    assert breakers.left(opened, NOON) == FIRST_REST


def test_success_between_failures_starts_the_count_anew() -> None:
    calmed = breakers.succeeded(failing(FAILURES - 1), 0)
    assert breakers.admits(failing(FAILURES - 1, breaker=calmed), NOON)


@pytest.mark.parametrize("seconds", [1, 7, 3600])
def test_what_the_provider_says_is_honoured_exactly(seconds: int) -> None:
    opened = breakers.failed(Breaker(), 0, NOON, timedelta(seconds=seconds))
    assert not breakers.admits(opened, NOON + timedelta(seconds=seconds) - timedelta(microseconds=1))
    assert breakers.admits(opened, NOON + timedelta(seconds=seconds))


def test_after_the_rest_one_call_is_let_through() -> None:
    later = NOON + FIRST_REST
    opened, _ = probed(failing(FAILURES), later)
    assert breakers.begin(opened, later)[1] is None


def test_probe_that_succeeds_closes_it() -> None:
    opened, turn = probed(failing(FAILURES), NOON + FIRST_REST)
    closed = breakers.succeeded(opened, turn)
    assert breakers.begin(closed, NOON)[1] is not None
    assert (closed.since, closed.failures) == (None, 0)


def test_each_probe_that_fails_doubles_the_rest_up_to_ten_minutes() -> None:
    breaker, now, rests = failing(FAILURES), NOON, list[timedelta]()
    for _ in range(7):
        rests.append(breakers.left(breaker, now))
        now += rests[-1]
        breaker, turn = probed(breaker, now)
        breaker = breakers.failed(breaker, turn, now)
    assert [rest.total_seconds() for rest in rests] == [30, 60, 120, 240, 480, 600, 600]


def test_probe_that_is_never_heard_of_gives_way_to_another_one() -> None:
    now = NOON + FIRST_REST
    opened, _ = probed(failing(FAILURES), now)
    assert breakers.admits(opened, now + breakers.PATIENCE)


def test_probe_that_is_not_made_gives_way_at_once() -> None:
    opened, turn = probed(failing(FAILURES), NOON + FIRST_REST)
    assert breakers.admits(breakers.abandoned(opened, turn), NOON + FIRST_REST)


def test_late_news_of_earlier_calls_change_nothing() -> None:
    opened = failing(FAILURES)
    assert breakers.succeeded(opened, 0) == opened
    assert breakers.failed(opened, 0, NOON) == opened


def test_late_wish_to_wait_is_heard() -> None:
    opened = breakers.failed(failing(FAILURES), 0, NOON, timedelta(hours=1))
    assert breakers.left(opened, NOON) == timedelta(hours=1)


def test_clock_set_back_does_not_make_it_stand_for_a_month() -> None:
    opened = failing(FAILURES)
    back = NOON - timedelta(days=30)
    opened, turn = breakers.begin(opened, back)
    assert turn is None
    assert breakers.begin(opened, back + FIRST_REST)[1] is not None


@given(st.lists(st.tuples(st.timedeltas(-LONGEST_REST, LONGEST_REST), st.booleans()), max_size=30))
def test_it_never_stands_longer_than_its_longest_rest(events: list[tuple[timedelta, bool]]) -> None:
    breaker, now = Breaker(), NOON
    for by, well in events:
        now += by
        breaker, turn = breakers.begin(breaker, now)
        if turn is not None:
            breaker = breakers.succeeded(breaker, turn) if well else breakers.failed(breaker, turn, now)
    breaker, _ = breakers.begin(breaker, now)
    assert breakers.admits(breaker, now + LONGEST_REST + SECOND)


class Calls(RuleBasedStateMachine):
    """Many threads, one provider: calls begin and end in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker()
        self.now = NOON
        self.under_way: list[tuple[int, bool]] = []  # turn, whether it is a probe
        self.not_before = NOON

    @rule(by=st.integers(0, 300))
    def time_passes(self, by: int) -> None:
        self.now += timedelta(seconds=by)

    @precondition(lambda self: len(self.under_way) < 8)
    @rule()
    def call_begins(self) -> None:
        was_open = self.breaker.since is not None
        self.breaker, turn = breakers.begin(self.breaker, self.now)
        if turn is not None:
            assert self.now >= self.not_before
            self.under_way.append((turn, was_open))

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 7), well=st.booleans())
    def call_ends(self, which: int, well: bool) -> None:  # noqa: FBT001
        turn, _ = self.under_way.pop(which % len(self.under_way))
        told = breakers.succeeded(self.breaker, turn) if well else breakers.failed(self.breaker, turn, self.now)
        self.breaker = told

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 7), seconds=st.integers(0, 900))
    def provider_asks_for_time(self, which: int, seconds: int) -> None:
        turn, _ = self.under_way.pop(which % len(self.under_way))
        self.breaker = breakers.failed(self.breaker, turn, self.now, timedelta(seconds=seconds))
        self.not_before = max(self.not_before, self.now + timedelta(seconds=seconds))

    @invariant()
    def one_probe_at_most(self) -> None:
        if self.breaker.since is not None and self.breaker.probing is not None:
            fresh = self.now - self.breaker.probing < breakers.PATIENCE
            assert not fresh or not breakers.admits(self.breaker, self.now)

    @invariant()
    def it_tells_how_long_it_rests(self) -> None:
        assert not breakers.left(self.breaker, self.now) or not breakers.admits(self.breaker, self.now)


TestCalls = Calls.TestCase
