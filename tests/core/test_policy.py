"""Caps, quiet hours and the STOP switch."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from daemon.core.policy import Blocked, Moment, blocked, local_day
from tests.factories import settings
from tests.fakes import NOON

BERLIN = ZoneInfo("Europe/Berlin")


def moment(now: datetime = NOON, *, begun: int = 0, paused: str | None = None) -> Moment:
    return Moment(now, BERLIN, begun, paused)


def test_ordinary_effect_may_begin() -> None:
    assert blocked("email.reply", settings(), moment()) is None


def test_nothing_begins_while_paused_and_the_sentence_says_how_to_go_on() -> None:
    why = blocked("email.reply", settings(), moment(paused=""))
    assert why == Blocked(None, "paused (no reason given); `employee resume` lets it go on")


def test_cap_lasts_until_local_midnight() -> None:
    why = blocked("email.reply", settings(), moment(begun=50))
    assert why
    assert why.until == datetime(2026, 3, 11, tzinfo=BERLIN)


def test_one_cap_for_all_actions_replaces_the_table() -> None:
    assert blocked("document.save", settings(approval={"daily_cap": 1}), moment(begun=1))


def test_cap_of_zero_is_no_cap() -> None:
    assert blocked("email.reply", settings(approval={"daily_cap": 0}), moment(begun=10_000)) is None


@pytest.mark.parametrize(
    ("hour", "until"),
    [(21, datetime(2026, 3, 11, 8, tzinfo=BERLIN)), (3, datetime(2026, 3, 10, 8, tzinfo=BERLIN))],
)
def test_nobody_is_called_in_quiet_hours(hour: int, until: datetime) -> None:
    why = blocked("call.place", settings(), moment(datetime(2026, 3, 10, hour, tzinfo=BERLIN)))
    assert why
    assert why.until == until


def test_calls_are_fine_by_day() -> None:
    assert blocked("call.place", settings(), moment(datetime(2026, 3, 10, 12, tzinfo=BERLIN))) is None


def test_night_without_an_hour_ends_on_the_wall_clock() -> None:
    before = datetime(2026, 3, 28, 23, tzinfo=BERLIN)  # clocks go forward at two
    why = blocked("call.place", settings(), moment(before))
    assert why
    assert why.until
    assert why.until.astimezone(UTC) == datetime(2026, 3, 29, 6, tzinfo=UTC)


def test_day_is_the_persons_day() -> None:
    assert local_day(datetime(2026, 3, 10, 23, 30, tzinfo=UTC), BERLIN) == "2026-03-11"
