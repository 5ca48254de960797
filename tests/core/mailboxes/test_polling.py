"""How a mailbox is looked at: when, from where on, and what one bad message does to the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from daemon.core.errors import Permanent, Transient
from daemon.core.mailboxes.accounts import ImapAccount
from daemon.core.mailboxes.polling import Polling, Rules
from daemon.core.mailboxes.values import IGNORE
from daemon.core.plugins import Mailed
from daemon.core.task import Arrival
from tests.fakes import NOON
from tests.mailboxes import FakeLetters, FakeMailbox, account, letter

EVERY = timedelta(minutes=5)


@dataclass
class Desk:
    """One mailbox and what keeps its mail."""

    box: FakeMailbox = field(default_factory=lambda: FakeMailbox(now=lambda: NOON))
    letters: FakeLetters = field(default_factory=FakeLetters)
    largest: int = 1_000_000
    of: ImapAccount = field(default_factory=account)

    def __post_init__(self) -> None:
        rules = Rules(EVERY, first=timedelta(days=3), first_most=100, largest=self.largest)
        self.polling = Polling(Mailed(self.of, self.box, self.letters), rules)

    def look(self, now: datetime = NOON) -> list[Arrival]:
        """Keep all that is told, and then the cursor. Raises what the look raises, with what came before kept."""
        poll, found = self.polling.poll(now), list[Arrival]()
        for arrival in poll.arrivals:
            found.append(arrival)
            self.letters.kept.append(arrival.origin.remote if arrival.origin else "")
        self.letters.cursor = poll.cursor or self.letters.cursor
        return found

    def deliver(self, many: int = 1) -> list[str]:
        return [self.box.deliver(letter(message_id=f"<{number}@example.com>")) for number in range(many)]

    def kept(self) -> set[str]:
        return set(self.letters.kept)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_mail_is_told_once(desk: Desk) -> None:
    desk.deliver()
    assert len(desk.look()) == 1
    assert desk.look(NOON + EVERY) == []


def test_nobody_is_asked_before_it_is_time(desk: Desk) -> None:
    desk.look()
    desk.box.stirred = False
    desk.look(NOON + EVERY / 2)
    assert desk.box.requests == ["changes"]


def test_a_server_that_says_that_mail_came_is_asked_at_once(desk: Desk) -> None:
    desk.look()
    desk.deliver()
    assert len(desk.look(NOON + EVERY / 2)) == 1


def test_a_clock_that_was_set_back_is_no_reason_to_wait(desk: Desk) -> None:
    desk.look()
    desk.box.stirred = False
    desk.look(NOON - timedelta(days=1))
    assert desk.box.requests == ["changes", "changes"]


def test_what_was_not_kept_is_told_again_before_its_time(desk: Desk) -> None:
    desk.deliver(2)
    next(desk.polling.poll(NOON).arrivals)
    assert len(desk.look()) == 2


def test_what_the_person_wants_left_alone_is_not_even_read(desk: Desk) -> None:
    desk.box.deliver(letter(), labels=(IGNORE,))
    assert desk.look() == []
    assert "fetch" not in desk.box.requests


def test_a_lost_cursor_after_weeks_takes_what_came_since_the_last_mail_that_is_known() -> None:
    desk = Desk(of=account().model_copy(update={"connected_at": NOON - timedelta(days=90)}))
    desk.box.now = lambda: NOON - timedelta(days=20)
    desk.deliver()
    desk.letters.cursor, desk.letters.last_at = "0", NOON - timedelta(days=21)
    desk.box.forget()
    assert len(desk.look()) == 1


def test_a_lost_cursor_takes_what_came_since_the_mailbox_was_connected(desk: Desk) -> None:
    desk.box.now = lambda: NOON - timedelta(hours=1)
    desk.deliver()
    desk.box.now = lambda: NOON + timedelta(hours=1)
    after = desk.deliver()
    desk.letters.cursor = "1"
    desk.box.forget()
    assert [arrival.origin and arrival.origin.remote for arrival in desk.look(NOON + timedelta(hours=2))] == after


def test_of_a_large_mail_the_beginning_is_told() -> None:
    desk = Desk(largest=100)
    desk.deliver()
    (arrival,) = desk.look()
    assert len(arrival.originals[0].data) == 100


def test_a_message_that_is_gone_is_left_out(desk: Desk) -> None:
    first, second = desk.deliver(2)
    poll = desk.polling.poll(NOON)
    stubs = iter(poll.arrivals)
    next(stubs)
    desk.box.remove(second)
    assert list(stubs) == []
    assert first in desk.box.messages


@pytest.mark.parametrize("error", [Transient("500"), Permanent("400")])
def test_one_message_that_cannot_be_read_stands_in_no_others_way(desk: Desk, error: Exception) -> None:
    first, second, third = desk.deliver(3)
    desk.box.unreadable[second] = error
    with pytest.raises(type(error)):
        desk.look()
    assert desk.kept() == {first, third}
    assert desk.letters.cursor == ""
    del desk.box.unreadable[second]
    desk.look()
    assert desk.kept() == {first, second, third}
    assert desk.letters.cursor


def test_a_mailbox_that_does_not_answer_is_not_asked_for_every_message(desk: Desk) -> None:
    ids = desk.deliver(100)
    desk.box.unreadable |= dict.fromkeys(ids, Transient("no network"))
    with pytest.raises(Transient):
        desk.look()
    assert desk.box.requests.count("fetch") == 3
