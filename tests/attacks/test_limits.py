"""Caps, quiet hours and the STOP switch against scripts, clocks and restarts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.core.proposal import Decision, State
from daemon.runtime.claims import Staff
from daemon.runtime.drafting import Threads
from tests.fakes import NOON
from tests.house import MAIL, House
from tests.torture.limited import Everyone, ToEveryone

DAY = timedelta(days=1)
MANY = 12


class Quick(House):
    """With an agent that needs no phrase books."""

    def staff(self) -> Staff:
        return Staff(ToEveryone(), Threads({"mail": Everyone()}, 1, self.wake.set))


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[House]:
    """A house where many mails wait, and whose own settings can be changed."""
    opened = Quick(tmp_path)
    write(opened, "[policy.cap]\nemail = 5\n")
    for number in range(MANY):
        title = f"email.reply {number}"
        opened.arrive(MAIL.replace(b"1@", b"%d@" % number), key=f"mail:{number}", title=title)
    opened.run()
    yield opened
    opened.stop()


def write(house: House, settings: str) -> None:
    house.app.places.config.write_text(settings, encoding="utf-8")


def approve_all(house: House) -> None:
    """By a script, all at once."""
    house.move_all("Pending_Approval", "Approved")


def out(house: House) -> int:
    return len(house.provider.accepted)


def waiting(house: House) -> set[str]:
    status = house.app.status()
    return {status.waits[proposal.key].why for proposal in status.held}


def test_script_that_approves_everything_stops_at_the_cap_day_after_day(busy: House) -> None:
    approve_all(busy)
    found: list[int] = []
    for _ in range(4):
        busy.run()
        found.append(out(busy))
        busy.pass_time(DAY)
    assert found == [5, 10, 12, 12]


def test_restart_does_not_forget_what_was_counted(busy: House) -> None:
    approve_all(busy)
    busy.run()
    busy.restart()
    busy.run()
    assert out(busy) == 5
    assert waiting(busy) == {"the daily cap of 5 for email is reached"}


def test_clock_that_is_set_back_gives_no_second_days_worth(busy: House) -> None:
    approve_all(busy)
    busy.run()
    busy.pass_time(-DAY)
    busy.run()
    assert out(busy) == 5
    told = [record.data for record in busy.app.ledger.audit.tail(50) if record.kind == "CLOCK"]
    assert told == [{"before": "2026-03-10", "day": "2026-03-09"}]


def test_outcome_that_nobody_knows_is_used_up(busy: House) -> None:
    busy.provider.blind = True
    busy.provider.script = ["drop"] * 5
    approve_all(busy)
    busy.run()
    assert (out(busy), len(busy.notes("Needs_Review")), len(busy.notes("Approved"))) == (0, 5, 7)


def test_what_was_approved_first_goes_first_when_the_cap_lets_it(busy: House) -> None:
    busy.app.ledger.pause("", "owner", busy.clock.now())
    names = [note.name for note in busy.notes("Pending_Approval")][::-1]
    for name in names:
        (busy.root / "Pending_Approval" / name).rename(busy.root / "Approved" / name)
        busy.pass_time(timedelta(seconds=1))
        busy.manager.step(busy.clock.now())
    busy.app.ledger.resume("owner", busy.clock.now())
    for _ in range(3):
        busy.run()
        busy.pass_time(DAY)
    sent = [key.partition("-g")[0] for key, _ in busy.provider.accepted]
    assert sent == [name.removesuffix(".md").rpartition("_")[2] for name in names]


def test_new_cap_counts_without_a_restart(busy: House) -> None:
    approve_all(busy)
    busy.run()
    write(busy, "[policy.cap]\nemail = 0\nall = 8\n")
    busy.run()
    assert out(busy) == 8
    assert waiting(busy) == {"the daily cap of 8 for everything together is reached"}


@pytest.mark.parametrize(
    "broken", ["[policy", "[policy.cap]\nemail = -1\n", '[policy.cap]\n"emial.send" = 5\n', "\x00"]
)
def test_nothing_leaves_while_the_settings_cannot_be_read(busy: House, broken: str) -> None:
    write(busy, broken)
    approve_all(busy)
    busy.run()
    problems = busy.manager.step(busy.clock.now()).problems
    assert out(busy) == 0
    assert any("none.toml" in problem for problem in problems), problems
    assert all("nothing leaves while your settings cannot be read" in why for why in waiting(busy))
    write(busy, "[policy.cap]\nemail = 5\n")
    busy.run()
    assert out(busy) == 5


def test_setting_that_only_a_start_reads_is_told(busy: House) -> None:
    write(busy, '[vault]\ntimezone = "Europe/Berlin"\n[work]\nattempts = 5\n')
    said = busy.manager.step(busy.clock.now()).notices
    assert said == ("work.attempts was changed in your settings; it counts when AI Employee is started again",)


def test_quiet_hours_hold_and_let_go(busy: House) -> None:
    write(busy, '[policy.quiet]\nemail = ["11:00-13:00"]\n')
    approve_all(busy)
    busy.run()
    assert (out(busy), waiting(busy)) == (0, {"quiet hours"})
    busy.pass_time(timedelta(hours=1))
    busy.run()
    assert out(busy) == MANY


def test_quiet_hours_that_begin_while_a_script_has_its_way(busy: House) -> None:
    """What waits behind a slow effect is asked again right before it begins."""
    write(busy, '[policy.quiet]\nemail = ["12:30-13:00"]\n[policy.cap]\nemail = 0\n')
    send = busy.provider.send

    def slowly(message: bytes, *, title: str, key: str) -> object:
        busy.pass_time(timedelta(minutes=20))
        return send(message, title=title, key=key)

    busy.provider.send = slowly  # pyright: ignore[reportAttributeAccessIssue]
    approve_all(busy)
    busy.manager.step(busy.clock.now())
    busy.manager.close(busy.clock.now())
    begun = busy.app.ledger.proposals.open()
    assert out(busy) <= 2
    assert sum(proposal.state is State.SENDING for proposal in begun) == 0


def test_restart_at_night_rings_nobody(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.clock.advance(datetime(2026, 3, 10, 19, 59, tzinfo=UTC) - NOON)
    house.drop("call.txt", b"Call Bob on +49 40 1234567 about the offer.\n")
    house.run()
    house.edit_all("Pending_Approval", "approve: false", "approve: true")
    house.app.ledger.pause("", "owner", house.clock.now())
    house.run()
    house.pass_time(timedelta(minutes=5))
    house.app.ledger.resume("owner", house.clock.now())
    house.restart()
    house.run()
    assert (waiting(house), list((house.root / "Outbox").glob("[!.]*"))) == ({"quiet hours"}, [])
    house.pass_time(timedelta(hours=12))
    house.run()
    assert len(list((house.root / "Outbox").glob("[!.]*"))) == 1
    house.stop()


def test_pause_between_two_effects_of_a_script(busy: House) -> None:
    write(busy, "[policy.cap]\nemail = 0\n")
    send = busy.provider.send

    def pausing(message: bytes, *, title: str, key: str) -> object:
        busy.app.ledger.pause("stop", "owner", busy.clock.now())
        return send(message, title=title, key=key)

    busy.provider.send = pausing  # pyright: ignore[reportAttributeAccessIssue]
    for proposal in busy.app.ledger.proposals.open():
        said = Decision(0, *proposal.key, "approve", "cli", "script", "", busy.clock.now())
        busy.app.ledger.decisions.add(said)
    busy.run()
    assert out(busy) == 1
    assert waiting(busy) == {"paused (stop); `employee resume` lets it go on"}


@pytest.mark.parametrize("before", ["busy", "drop"])
def test_pause_while_an_effect_waits_for_its_second_try(busy: House, before: str) -> None:
    busy.provider.script = [before] * MANY
    approve_all(busy)
    busy.manager.step(busy.clock.now())
    busy.app.ledger.pause("stop", "owner", busy.clock.now())
    busy.pass_time(DAY)
    busy.run()
    assert out(busy) == 0
    busy.app.ledger.resume("owner", busy.clock.now())
    busy.provider.script = []
    busy.run()
    assert out(busy) == 5
