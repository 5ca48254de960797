"""When a job is due, by the person's clock: late, missed, twice and never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core import schedule
from daemon.core.schedule import Outcome, Plan, Rules, Run, Trigger

BERLIN = ZoneInfo("Europe/Berlin")
SEVEN = Trigger("07:00", BERLIN)
RULES = Rules(late=timedelta(hours=12))


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def run(planned: str, outcome: Outcome, tries: int = 0, started: str = "") -> Run:
    return Run(at(planned), outcome, tries, at(started) if started else None)


def planned(text: str, zone: str, start: str, count: int = 4) -> list[str]:
    found = islice(Trigger(text, ZoneInfo(zone)).after(at(start, zone)), count)
    return [f"{each.astimezone(ZoneInfo(zone)):%d %H:%M%z}" for each in found]


# --- planned times


@pytest.mark.parametrize(
    ("text", "zone", "start", "expected"),
    [
        ("07:00", "Europe/Berlin", "2026-10-24", "24 07:00+0200, 25 07:00+0100, 26 07:00+0100, 27 07:00+0100"),
        ("02:30", "Europe/Berlin", "2026-10-24", "24 02:30+0200, 25 02:30+0200, 26 02:30+0100, 27 02:30+0100"),
        ("02:30", "Europe/Berlin", "2027-03-27", "27 02:30+0100, 28 03:30+0200, 29 02:30+0200, 30 02:30+0200"),
        ("07:00", "Pacific/Apia", "2011-12-28", "28 07:00-1000, 29 07:00-1000, 31 07:00+1400, 01 07:00+1400"),
        ("0 0 * * *", "America/Sao_Paulo", "2018-11-03", "04 01:00-0200, 05 00:00-0200, 06 00:00-0200, 07 00:00-0200"),
        (
            "0 7 * * mon-fri",
            "Europe/Berlin",
            "2026-11-20",
            "20 07:00+0100, 23 07:00+0100, 24 07:00+0100, 25 07:00+0100",
        ),
        ("7:05", "UTC", "2026-11-20", "20 07:05+0000, 21 07:05+0000, 22 07:05+0000, 23 07:05+0000"),
        ("30 6,18 1 * *", "UTC", "2026-11-20", "01 06:30+0000, 01 18:30+0000, 01 06:30+0000, 01 18:30+0000"),
    ],
    ids=["autumn", "twice", "never", "a day left out", "midnight never", "weekdays", "a time", "months"],
)
def test_planned_times_by_the_clock_on_the_wall(text: str, zone: str, start: str, expected: str) -> None:
    assert ", ".join(planned(text, zone, start)) == expected


def test_of_a_time_that_comes_twice_only_the_first_is_planned() -> None:
    night = Trigger("02:30", BERLIN).between(at("2026-10-25T00:00"), at("2026-10-26T00:00"))
    assert [each.hour for each in night] == [0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("7", 'write one like "07:00"'),
        ("25:00", 'write one like "07:00"'),
        ("0 7 * *", "five cron fields"),
        ("0 7 * * 1", "days of the week as names"),
        ("*/5 * * * *", "one number for the minute"),
        ("0 99 * * *", "is no planned time"),
        ("0 7 * * foo", "is no planned time"),
        ("0 7 31 2 *", "never comes"),
        ("0 7 * * mon; rm -rf", "is no planned time"),
    ],
)
def test_what_is_no_planned_time_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        schedule.check(text)


def test_empty_means_never() -> None:
    assert schedule.check("") == ""


@given(
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata"]),
    st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - hypothesis wants them naive
    st.times(),
)
def test_every_day_has_its_planned_time_once(zone: str, start: datetime, clock: object) -> None:
    trigger = Trigger(f"{clock:%H:%M}", ZoneInfo(zone))
    found = trigger.between(start.replace(tzinfo=UTC), start.replace(tzinfo=UTC) + timedelta(days=30))
    assert 28 <= len(found) <= 31
    assert found == sorted(set(found))


# --- what to do about them


def test_first_start_makes_nothing_and_waits_for_the_next_time() -> None:
    plan = schedule.plan(SEVEN, [], RULES, at("2026-11-21T09:00"))
    assert plan == Plan(next_at=at("2026-11-22T07:00"))


def test_run_that_is_due_starts() -> None:
    waiting = run("2026-11-21T07:00", Outcome.PLANNED)
    plan = schedule.plan(SEVEN, [waiting], RULES, at("2026-11-21T07:00"))
    assert plan == Plan(start=at("2026-11-21T07:00"), next_at=at("2026-11-22T07:00"))


def test_laptop_asleep_for_three_days_makes_one_and_says_which_were_missed() -> None:
    waiting = run("2026-11-18T07:00", Outcome.PLANNED)
    plan = schedule.plan(SEVEN, [waiting], RULES, at("2026-11-21T09:12"))
    assert plan.start == at("2026-11-21T07:00")
    assert plan.missed == tuple(at(f"2026-11-{day}T07:00") for day in (18, 19, 20))


def test_too_late_is_missed() -> None:
    waiting = run("2026-11-21T07:00", Outcome.PLANNED)
    plan = schedule.plan(SEVEN, [waiting], RULES, at("2026-11-21T19:01"))
    assert (plan.start, plan.missed) == (None, (at("2026-11-21T07:00"),))


def test_away_for_a_year_is_not_counted_day_by_day() -> None:
    waiting = run("2025-11-21T07:00", Outcome.PLANNED)
    plan = schedule.plan(SEVEN, [waiting], RULES, at("2026-11-21T09:00"))
    assert len(plan.missed) == 13
    assert plan.dropped == (waiting.planned_at,)


@pytest.mark.parametrize("outcome", [Outcome.DONE, Outcome.MISSED, Outcome.FAILED])
def test_what_is_over_is_not_begun_again(outcome: Outcome) -> None:
    over = run("2026-11-21T07:00", outcome)
    assert schedule.plan(SEVEN, [over], RULES, at("2026-11-21T07:05")).start is None


def test_clock_set_back_over_the_planned_time_does_not_run_it_again() -> None:
    done, following = run("2026-11-21T07:00", Outcome.DONE), run("2026-11-22T07:00", Outcome.PLANNED)
    plan = schedule.plan(SEVEN, [done, following], RULES, at("2026-11-21T06:50"))
    assert plan == Plan(next_at=at("2026-11-22T07:00"))


def test_clock_that_was_ten_days_ahead_does_not_silence_the_days_between() -> None:
    missed = [run(f"2026-11-{day}T07:00", Outcome.MISSED) for day in range(22, 30)]
    ahead = [run("2026-11-30T07:00", Outcome.DONE), run("2026-12-01T07:00", Outcome.PLANNED)]
    plan = schedule.plan(SEVEN, [*missed, *ahead], RULES, at("2026-11-21T10:00"))
    assert plan == Plan(next_at=at("2026-11-22T07:00"), dropped=(at("2026-12-01T07:00"),))


def test_run_under_way_is_left_alone_for_a_while() -> None:
    begun = run("2026-11-21T07:00", Outcome.RUNNING, 1, "2026-11-21T07:00")
    plan = schedule.plan(SEVEN, [begun], RULES, at("2026-11-21T07:01"))
    assert (plan.start, plan.again_at) == (None, at("2026-11-21T07:02"))


def test_killed_run_is_begun_again() -> None:
    begun = run("2026-11-21T07:00", Outcome.RUNNING, 1, "2026-11-21T07:00")
    assert schedule.plan(SEVEN, [begun], RULES, at("2026-11-21T07:03")).start == begun.planned_at


def test_run_begun_in_the_future_by_a_wrong_clock_is_begun_again() -> None:
    begun = run("2026-11-21T07:00", Outcome.RUNNING, 1, "2026-11-21T12:00")
    assert schedule.plan(SEVEN, [begun], RULES, at("2026-11-21T07:03")).start == begun.planned_at


def test_three_killed_tries_are_a_failure() -> None:
    begun = run("2026-11-21T07:00", Outcome.RUNNING, 3, "2026-11-21T07:04")
    plan = schedule.plan(SEVEN, [begun], RULES, at("2026-11-21T07:07"))
    assert (plan.start, plan.failed) == (None, (begun.planned_at,))


def test_killed_run_of_yesterday_gives_way_to_todays() -> None:
    begun = run("2026-11-20T07:00", Outcome.RUNNING, 1, "2026-11-20T07:00")
    plan = schedule.plan(SEVEN, [begun], RULES, at("2026-11-21T07:00"))
    assert (plan.start, plan.failed) == (at("2026-11-21T07:00"), (begun.planned_at,))


def test_another_time_in_the_settings_forgets_the_one_that_was_planned() -> None:
    waiting = run("2026-11-22T07:00", Outcome.PLANNED)
    plan = schedule.plan(Trigger("09:00", BERLIN), [waiting], RULES, at("2026-11-21T10:00"))
    assert plan == Plan(next_at=at("2026-11-22T09:00"), dropped=(waiting.planned_at,))


def test_switched_off_means_nothing_is_planned() -> None:
    waiting = run("2026-11-21T07:00", Outcome.PLANNED)
    assert schedule.plan(None, [waiting], RULES, at("2026-11-21T09:00")) == Plan(dropped=(waiting.planned_at,))
