"""Roles that run: woken by events, alive in their heartbeat, ended in order."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from daemon.adapters.clock import SystemClock
from daemon.core.errors import Transient
from daemon.runtime import heartbeat, runner
from daemon.runtime.heartbeat import Heartbeat
from daemon.runtime.pace import BACKOFF, MOST_SAID, Pace, Said, Troubles
from daemon.runtime.runner import Runner
from tests.fakes import NOON, FakeClock


class Counting:
    """A role that counts its steps and tells when it has made one."""

    name = "counting"

    def __init__(self, *paces: Pace | Exception) -> None:
        self._paces = list(paces)
        self.stepped = Event()
        self.steps = 0
        self.closed = False

    def step(self, now: datetime) -> Pace:
        del now
        self.steps += 1
        self.stepped.set()
        pace = self._paces.pop(0) if self._paces else Pace(progress=False)
        if isinstance(pace, Exception):
            raise pace
        return pace

    def tick(self, now: datetime) -> None:
        """Nothing between steps."""

    def close(self, now: datetime) -> None:
        del now
        self.closed = True


def start(role: Counting, folder: Path) -> Runner:
    clock = SystemClock()
    long = timedelta(hours=1)
    running = Runner(role, clock, Heartbeat(folder, role.name, clock.now()), rescan=long, beat=long)
    running.start()
    assert role.stepped.wait(5)
    role.stepped.clear()
    return running


def test_role_rests_until_it_is_woken(tmp_path: Path) -> None:
    role = Counting()
    running = start(role, tmp_path)
    running.wake.set()
    assert role.stepped.wait(5)
    running.stop()
    assert role.steps == 2


class SetBack(SystemClock):
    """The clock of a computer, which somebody puts right."""

    behind = timedelta()

    def now(self) -> datetime:
        return super().now() - self.behind


def test_clock_that_is_set_back_by_a_day_stops_neither_the_looks_nor_the_heartbeat(tmp_path: Path) -> None:
    role, clock, short = Counting(), SetBack(), timedelta(milliseconds=20)
    running = Runner(role, clock, Heartbeat(tmp_path, role.name, clock.now()), rescan=short, beat=short)
    running.start()
    clock.behind = timedelta(days=1)
    role.stepped.clear()
    looked = role.stepped.wait(5)
    running.pulse()
    (beat,) = heartbeat.read(tmp_path)
    running.stop()
    assert looked
    assert beat.alive(clock.now(), short)


def test_stopped_role_is_closed_and_says_goodbye(tmp_path: Path) -> None:
    role = Counting()
    start(role, tmp_path).stop()
    assert role.closed
    assert [beat.stopped for beat in heartbeat.read(tmp_path)] == [True]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_crashed_role_does_not_say_goodbye(tmp_path: Path) -> None:
    role = Counting(ZeroDivisionError("a fault of ours"))
    running = start(role, tmp_path)
    running.stop()
    assert isinstance(running.failure, ZeroDivisionError)
    assert [beat.stopped for beat in heartbeat.read(tmp_path)] == [False]


def test_vault_that_is_away_is_a_problem_and_not_the_end(tmp_path: Path) -> None:
    role = Counting(Transient("The vault is not there"))
    running = start(role, tmp_path)
    running.wake.set()
    assert role.stepped.wait(5)
    running.stop()
    assert running.failure is None


def test_problem_is_in_the_heartbeat() -> None:
    pace = runner.look(Counting(Transient("The vault is not there")), NOON, Said())
    assert pace.problems == ("The vault is not there",)
    assert pace.next_at == NOON + timedelta(seconds=5)


def test_draining_steps_until_nothing_moves() -> None:
    role = Counting(Pace(progress=True), Pace(progress=True))
    assert runner.drain([role], FakeClock(), Event()) == []
    assert role.steps == 3


def test_draining_waits_out_what_is_due() -> None:
    clock = FakeClock()
    runner.drain([Counting(Pace(progress=False, next_at=NOON + timedelta(minutes=1)))], clock, Event())
    assert clock.now() == NOON + timedelta(minutes=1)


def test_silent_role_is_not_alive(tmp_path: Path) -> None:
    Heartbeat(tmp_path, "manager", NOON).beat(NOON)
    beat = heartbeat.read(tmp_path)[0]
    assert beat.alive(NOON + timedelta(seconds=5), timedelta(seconds=5))
    assert not beat.alive(NOON + timedelta(minutes=5), timedelta(seconds=5))


def test_long_step_is_told_while_it_lasts(tmp_path: Path) -> None:
    clock, goes_on = FakeClock(), Event()

    class Slow(Counting):
        def step(self, now: datetime) -> Pace:
            pace = super().step(now)
            goes_on.wait(5)
            return pace

    role, hour = Slow(), timedelta(hours=1)
    running = Runner(role, clock, Heartbeat(tmp_path, role.name, clock.now()), rescan=hour, beat=timedelta())
    running.start()
    assert role.stepped.wait(5)
    clock.advance(timedelta(minutes=3))
    running.pulse()
    assert heartbeat.read(tmp_path)[0].stuck(clock.now()) == timedelta(minutes=3)
    goes_on.set()
    running.stop()


def test_restarts_are_counted_until_an_orderly_end(tmp_path: Path) -> None:
    for stopped in (False, False, True):
        Heartbeat(tmp_path, "manager", NOON).beat(NOON, stopped=stopped)
    assert heartbeat.read(tmp_path)[0].restarts == 2
    Heartbeat(tmp_path, "manager", NOON).beat(NOON)
    assert heartbeat.read(tmp_path)[0].restarts == 0


def test_torn_heartbeat_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "manager.json").write_text('{"role": "man')
    assert heartbeat.read(tmp_path) == []


# --- troubles


def fail(troubles: Troubles, now: datetime) -> None:
    with troubles.contained("task x", now):
        raise Transient("no network")


def test_failed_thing_rests_before_the_next_try() -> None:
    troubles = Troubles()
    fail(troubles, NOON)
    assert troubles.resting("task x", NOON)
    assert not troubles.resting("task x", NOON + BACKOFF)
    assert troubles.problems() == ("task x: no network",)


def test_failed_thing_does_not_rest_for_a_month_when_the_clock_is_set_back() -> None:
    troubles = Troubles()
    with troubles.contained("a thing", NOON + timedelta(days=30)):
        raise Transient("busy")
    assert not troubles.resting("a thing", NOON)


def test_success_forgets_the_trouble() -> None:
    troubles = Troubles()
    fail(troubles, NOON)
    with troubles.contained("task x", NOON):
        pass
    assert troubles.problems() == ()


def test_third_failure_is_no_longer_waited_for() -> None:
    troubles = Troubles()
    fail(troubles, NOON)
    fail(troubles, NOON)
    assert troubles.next_try() == NOON + BACKOFF
    fail(troubles, NOON)
    assert troubles.next_try() is None


def test_fault_of_the_program_is_loud_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    troubles = Troubles()
    with troubles.contained("task x", NOON):
        raise ZeroDivisionError
    assert "ZeroDivisionError" in caplog.text
    assert troubles.problems() == ("task x: a fault of the program; the log has the details",)


def test_killed_role_is_not_alive_although_its_parent_has_not_looked() -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    beat = heartbeat.Beat("manager", child.pid, NOON.isoformat(), NOON.isoformat())
    assert not beat.alive(NOON, timedelta(seconds=5))
    child.wait()


def test_same_sentence_is_logged_once_an_hour(caplog: pytest.LogCaptureFixture) -> None:
    said = Said()
    for minute in range(90):
        said.tell(f"manager: the disk is {'full' if minute % 2 else 'gone'}", NOON + timedelta(minutes=minute))
    assert [record.getMessage() for record in caplog.records].count("manager: the disk is full") == 2


def test_log_of_a_thousand_troubles_ends_with_where_to_see_them(caplog: pytest.LogCaptureFixture) -> None:
    said = Said()
    for number in range(1000):
        said.tell(f"task {number}: the disk is full", NOON)
    assert len(caplog.records) == MOST_SAID + 1
    assert "`employee status`" in caplog.records[-1].getMessage()


def test_many_problems_are_counted_and_not_listed() -> None:
    troubles = Troubles()
    for number in range(500):
        with troubles.contained(f"task {number}", NOON):
            raise Transient("the disk is full")
    assert len(troubles.problems()) < 30
    assert troubles.problems()[-1] == "480 more things have trouble"


def test_what_fails_for_long_is_tried_every_few_minutes() -> None:
    troubles, now = Troubles(), NOON
    for _ in range(500):
        fail(troubles, now)
        now += timedelta(minutes=4)
        assert not troubles.resting("task x", now)
    assert troubles.resting("task x", now - timedelta(minutes=1))
