"""The scheduler: each planned time once, whatever is killed, asleep, doubled or broken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core import schedule
from daemon.core.errors import Transient
from daemon.core.schedule import Outcome, Rules, Trigger
from daemon.runtime.ledger import Ledger
from daemon.runtime.scheduler import Job, Scheduler

EVENING = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
SEVEN = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
HALF_DAY = timedelta(hours=12)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


class Killed(BaseException):
    """The process ends here; no handler of the program sees it."""


@dataclass
class Work:
    """A job that writes down for which planned time it ran; `script` says how the next runs go, afterwards well."""

    ran: list[datetime] = field(default_factory=list[datetime])
    script: list[BaseException] = field(default_factory=list[BaseException])

    def run(self, planned_at: datetime, now: datetime) -> str:
        del now
        if self.script:
            raise self.script.pop(0)
        self.ran.append(planned_at)
        return "done"


class Office:
    """A ledger, and schedulers that come and go."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ledger = Ledger(path)
        self.work = Work()
        self.woken = 0

    def scheduler(self, text: str = "07:00", ledger: Ledger | None = None) -> Scheduler:
        trigger = Trigger(text) if text else None
        job = Job("briefing", trigger, Rules(HALF_DAY), self.work.run)
        return Scheduler(ledger or self.ledger, [job], self._wake)

    def _wake(self) -> None:
        self.woken += 1

    def outcomes(self) -> dict[str, str]:
        return {f"{r.planned_at:%d %H:%M}": r.outcome.value for r in self.ledger.runs.since("briefing", EVENING - DAY)}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path / "ledger.sqlite3")
    opened.scheduler().step(EVENING)
    yield opened
    opened.ledger.close()


def test_job_runs_once_at_its_time(office: Office) -> None:
    scheduler = office.scheduler()
    assert scheduler.step(SEVEN - MINUTE).progress is False
    assert scheduler.step(SEVEN).progress is True
    assert scheduler.step(SEVEN + MINUTE).progress is False
    assert office.work.ran == [SEVEN]
    assert office.outcomes() == {"21 07:00": "done", "22 07:00": "planned"}


def test_next_time_is_known_without_the_scheduler(office: Office) -> None:
    assert office.ledger.runs.next(EVENING) == [("briefing", SEVEN)]


def test_restart_and_clock_set_back_do_not_run_it_again(office: Office) -> None:
    office.scheduler().step(SEVEN)
    office.scheduler().step(SEVEN + MINUTE)
    office.scheduler().step(SEVEN - MINUTE)
    office.scheduler().step(SEVEN)
    assert office.work.ran == [SEVEN]


def test_two_schedulers_run_it_once(office: Office) -> None:
    other = Ledger(office.path)
    one, two = office.scheduler(), office.scheduler(ledger=other)
    one.step(SEVEN)
    two.step(SEVEN)
    other.close()
    assert office.work.ran == [SEVEN]


def test_claim_is_won_once(office: Office) -> None:
    other = Ledger(office.path)
    patience = timedelta(minutes=2)
    claims = [ledger.runs.claim("briefing", SEVEN, patience, SEVEN) for ledger in (office.ledger, other)]
    other.close()
    assert [bool(claim) for claim in claims] == [True, False]


def test_killed_run_is_run_again_after_a_while(office: Office) -> None:
    office.work.script = [Killed()]
    with pytest.raises(Killed):
        office.scheduler().step(SEVEN)
    assert office.scheduler().step(SEVEN + MINUTE).next_at == SEVEN + 2 * MINUTE
    office.scheduler().step(SEVEN + 3 * MINUTE)
    assert office.work.ran == [SEVEN]
    assert office.outcomes()["21 07:00"] == "done"


def test_late_end_of_a_run_that_was_begun_again_changes_nothing(office: Office) -> None:
    patience = timedelta(minutes=2)
    first = office.ledger.runs.claim("briefing", SEVEN, patience, SEVEN)
    again = office.ledger.runs.claim("briefing", SEVEN, patience, SEVEN + 3 * MINUTE)
    assert first
    assert again
    assert not office.ledger.runs.finish("briefing", first, "slow", SEVEN + 4 * MINUTE)
    assert office.ledger.runs.finish("briefing", again, "quick", SEVEN + 4 * MINUTE)


def test_run_that_fails_three_times_is_given_up(office: Office) -> None:
    office.work.script = [RuntimeError("broken")] * 3
    scheduler = office.scheduler()
    paces = [scheduler.step(SEVEN + n * MINUTE) for n in range(12)]
    assert paces[0].problems == ("briefing: a fault of the program; the log has the details",)
    assert office.outcomes()["21 07:00"] == "failed"
    assert office.work.ran == []


def test_vault_that_is_away_costs_no_try(office: Office) -> None:
    office.work.script = [Transient("the vault is not there")] * 5
    scheduler = office.scheduler()
    assert scheduler.step(SEVEN).problems == ("briefing: the vault is not there",)
    for n in range(1, 10):
        scheduler.step(SEVEN + n * MINUTE)
    assert office.work.ran == [SEVEN]


def test_job_that_cannot_be_done_is_left_alone_for_a_moment(office: Office) -> None:
    office.work.script = [Transient("the vault is not there")]
    scheduler = office.scheduler()
    scheduler.step(SEVEN)
    assert scheduler.step(SEVEN + timedelta(seconds=1)).progress is False
    assert office.work.ran == []


def test_three_days_asleep(office: Office) -> None:
    office.scheduler().step(SEVEN + 3 * DAY + 2 * timedelta(hours=1))
    assert office.work.ran == [SEVEN + 3 * DAY]
    assert list(office.outcomes().values()) == ["missed", "missed", "missed", "done", "planned"]
    missed = office.ledger.runs.finished(["briefing"], EVENING)
    assert [run.outcome for run in missed] == [Outcome.MISSED] * 3 + [Outcome.DONE]


def test_killed_between_planning_and_beginning_after_days_asleep_it_still_runs(office: Office) -> None:
    late = SEVEN + 2 * DAY + MINUTE
    plan = schedule.plan(Trigger("07:00"), office.ledger.runs.since("briefing", EVENING), Rules(HALF_DAY), late)
    office.ledger.runs.settle("briefing", plan, late)  # and killed
    office.scheduler().step(late + MINUTE)
    assert office.work.ran == [SEVEN + 2 * DAY]


def test_tick_wakes_up_when_the_time_has_come(office: Office) -> None:
    scheduler = office.scheduler()
    scheduler.step(SEVEN - MINUTE)
    scheduler.tick(SEVEN - timedelta(seconds=1))
    assert office.woken == 0
    scheduler.tick(SEVEN + timedelta(hours=2))
    scheduler.tick(SEVEN + timedelta(hours=2))
    assert office.woken == 1


def test_once_does_not_wait_for_tomorrow(office: Office) -> None:
    assert office.scheduler().step(EVENING).next_at is None


def test_switched_off_plans_nothing_and_on_again_misses_nothing(office: Office) -> None:
    office.scheduler("").step(EVENING)
    assert office.ledger.runs.next(EVENING) == []
    office.scheduler().step(SEVEN + 3 * DAY + MINUTE)
    assert office.work.ran == []
    assert office.ledger.runs.next(SEVEN + 3 * DAY + MINUTE) == [("briefing", SEVEN + 4 * DAY)]


def test_time_that_a_wrong_clock_had_gone_past_is_planned_again(office: Office) -> None:
    office.scheduler().step(SEVEN + 5 * DAY)
    office.scheduler().step(EVENING)
    office.scheduler().step(SEVEN)
    assert office.work.ran == [SEVEN + 5 * DAY, SEVEN]
    assert office.outcomes()["21 07:00"] == "done"


moves = st.tuples(
    st.integers(-3 * 24 * 60, 5 * 24 * 60),  # minutes by which the clock moves, also back
    st.sampled_from(["well", "well", "killed", "away", "broken"]),
)
ENDS: dict[str, list[BaseException]] = {
    "well": [],
    "killed": [Killed()],
    "away": [Transient("the vault is not there")],
    "broken": [RuntimeError("broken")],
}


@given(st.lists(moves, max_size=25))
def test_no_planned_time_is_done_twice_and_the_next_morning_always_comes(steps: list[tuple[int, str]]) -> None:
    with TemporaryDirectory() as folder:
        office, now = Office(Path(folder) / "ledger.sqlite3"), EVENING
        for minutes, end in steps:
            now += minutes * MINUTE
            office.work.script = list(ENDS[end])
            with suppress(Killed):
                office.scheduler().step(now)
        office.work.script = []
        fresh = max([now, *office.work.ran]).replace(hour=6, minute=0) + 30 * DAY
        for at in (fresh, fresh + 2 * timedelta(hours=1)):
            office.scheduler().step(at)
        office.ledger.close()
    assert len(office.work.ran) == len(set(office.work.ran))
    assert office.work.ran[-1] == fresh.replace(hour=7)
