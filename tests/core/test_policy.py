"""Caps, quiet hours and the STOP switch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from daemon import registry
from daemon.core.policy import Blocked, Day, Moment, blocked, local_day
from tests.factories import settings
from tests.fakes import NOON

BERLIN = ZoneInfo("Europe/Berlin")


def moment(now: datetime = NOON, *, paused: str | None = None, begun: Mapping[str, int] | None = None) -> Moment:
    return Moment(now, BERLIN, begun or {}, paused)


def after(**begun: int) -> Moment:
    """Noon, when so many effects have begun today: `email_reply=3`."""
    return moment(begun={name.replace("_", "."): count for name, count in begun.items()})


def test_ordinary_effect_may_begin() -> None:
    assert blocked("email.reply", settings(), moment()) is None


def test_nothing_begins_while_paused_and_the_sentence_says_how_to_go_on() -> None:
    why = blocked("email.reply", settings(), moment(paused=""))
    assert why == Blocked(None, "paused (no reason given); `employee resume` lets it go on")


def test_cap_lasts_until_local_midnight() -> None:
    why = blocked("email.reply", settings(), after(email_reply=50))
    assert why
    assert why.until == datetime(2026, 3, 11, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("action", "cap"),
    [("email.reply", 50), ("email.send", 50), ("social.post", 10), ("invoice.create", 20), ("payment.register", 3)],
)
def test_shipped_caps_are_those_that_the_readme_promises(action: str, cap: int) -> None:
    assert blocked(action, settings(), moment(begun={action: cap - 1})) is None
    assert blocked(action, settings(), moment(begun={action: cap}))


def test_three_calls_a_day() -> None:
    assert blocked("call.place", settings(), after(call_place=3)) == Blocked(
        datetime(2026, 3, 11, tzinfo=BERLIN), "the daily cap of 3 for call.place is reached"
    )


def test_replies_and_new_mails_count_together() -> None:
    why = blocked("email.send", settings(), after(email_reply=30, email_send=20))
    assert why
    assert why.why == "the daily cap of 50 for email is reached"


def test_everything_counts_together() -> None:
    why = blocked("document.save", settings(), after(email_reply=49, document_save=99, message_send=52))
    assert why
    assert why.why == "the daily cap of 200 for everything together is reached"


def test_every_action_has_its_lines_in_the_shipped_file() -> None:
    actions = {registry.action_name(name) for name in registry.names("daemon.actions")}
    shipped = settings().policy
    assert actions == set(shipped.hold) - {"default"} == {name for name in shipped.cap if "." in name}


def test_action_of_tomorrow_has_the_usual_cap() -> None:
    assert blocked("new.thing", settings(), after(new_thing=19)) is None
    assert blocked("new.thing", settings(), after(new_thing=20))


def test_one_cap_for_each_action_replaces_the_table() -> None:
    assert blocked("document.save", settings(approval={"daily_cap": 1}), after(document_save=1))
    assert blocked("document.save", settings(approval={"daily_cap": 1}), after(email_reply=500)) is None


def test_cap_of_zero_is_no_cap() -> None:
    assert blocked("email.reply", settings(approval={"daily_cap": 0}), after(email_reply=10_000)) is None


@pytest.mark.parametrize(
    ("day", "hour", "until"),
    [(10, 21, (11, 8)), (10, 3, (10, 8)), (14, 21, (16, 8)), (15, 12, (16, 8)), (16, 7, (16, 8))],
)
def test_nobody_is_called_at_night_or_on_sunday(day: int, hour: int, until: tuple[int, int]) -> None:
    why = blocked("call.place", settings(), moment(datetime(2026, 3, day, hour, tzinfo=BERLIN)))
    assert why == Blocked(datetime(2026, 3, *until, tzinfo=BERLIN), "quiet hours")


def test_calls_are_fine_by_day_and_mails_at_any_hour() -> None:
    assert blocked("call.place", settings(), moment(datetime(2026, 3, 10, 12, tzinfo=BERLIN))) is None
    assert blocked("email.reply", settings(), moment(datetime(2026, 3, 15, 3, tzinfo=BERLIN))) is None


def test_quiet_hours_of_a_kind_and_of_all() -> None:
    own = settings(policy={"quiet": {"email": ["12:00-14:00"], "all": ["Tuesday 13:00-15:00"]}})
    at_half_past = {hour: datetime(2026, 3, 10, hour, 30, tzinfo=BERLIN) for hour in (12, 13, 14, 15)}
    found = {hour: blocked("email.reply", own, moment(now)) for hour, now in at_half_past.items()}
    ends = datetime(2026, 3, 10, 15, tzinfo=BERLIN)
    assert found == {hour: Blocked(ends, "quiet hours") for hour in (13, 14)} | {
        12: Blocked(ends, "quiet hours"),
        15: None,
    }


def test_night_without_an_hour_ends_on_the_wall_clock() -> None:
    before = datetime(2026, 3, 28, 19, tzinfo=BERLIN)  # clocks go forward at two
    own = settings(policy={"quiet": {"email": ["19:00-08:00"]}})
    why = blocked("email.reply", own, moment(before))
    assert why
    assert why.until == datetime(2026, 3, 29, 6, tzinfo=UTC)


def test_quiet_hours_that_come_twice_end_after_now() -> None:
    own = settings(policy={"quiet": {"email": ["22:00-02:30"]}})
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02:10 for the second time
    why = blocked("email.reply", own, moment(second))
    assert why == Blocked(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "quiet hours")


def test_hours_that_are_always_quiet_have_no_end() -> None:
    why = blocked("email.reply", settings(policy={"quiet": {"all": ["00:00-24:00"]}}), moment())
    assert why
    assert why.until is None


@pytest.mark.parametrize(("month", "day", "hours"), [(3, 29, 23), (10, 25, 25), (6, 1, 24)])
def test_day_of_a_change_of_clocks_has_an_hour_less_or_more(month: int, day: int, hours: int) -> None:
    found = Day.of(datetime(2026, month, day, 12, tzinfo=BERLIN), BERLIN)
    assert (found.end - found.start).total_seconds() == hours * 3600


def test_day_is_the_persons_day() -> None:
    assert local_day(datetime(2026, 3, 10, 23, 30, tzinfo=UTC), BERLIN) == "2026-03-11"


def test_sentence_tells_why_and_until_when() -> None:
    assert Blocked(NOON, "quiet hours").sentence(BERLIN) == "quiet hours; it goes on Tue 10 Mar 13:00"
