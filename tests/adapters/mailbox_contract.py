"""What every `Mailbox` promises, tried on each: a test class inherits `MailboxContract` and gives its `world`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import pytest

from daemon.core import mail as mails
from daemon.core.mailboxes import states
from daemon.core.mailboxes.ports import Mailbox
from daemon.core.mailboxes.values import DONE, IGNORE, READY, SEEN, CursorLost, Happened, Stub, Window
from daemon.core.ports import Missing
from tests.mailboxes import letter

ENOUGH = 1_000_000  # bytes, more than any message here has
EARLIER = timedelta(hours=5)
LONG_AGO = timedelta(days=10)
FIRST = timedelta(days=3)


class World(Protocol):
    """A mailbox with everything round it."""

    @property
    def box(self) -> Mailbox: ...

    @property
    def now(self) -> datetime: ...

    def deliver(
        self, data: bytes, *, ago: timedelta = ..., sent: bool = False, unread: bool = True, draft: bool = False
    ) -> object:
        """A message came into the inbox so long ago, or was put into Sent or among the drafts."""
        ...

    def remove(self, stub: Stub) -> None:
        """The person deletes it for good."""
        ...

    def ignore(self, stub: Stub) -> None:
        """The person sets AI/Ignore."""
        ...

    def forget(self) -> None:
        """The server does not know any more what happened until now."""
        ...

    def labels(self, stub: Stub) -> set[str]:
        """Those of ours that stand on it."""
        ...

    def unread(self, stub: Stub) -> bool: ...

    def in_inbox(self, stub: Stub) -> bool: ...


@dataclass(frozen=True)
class Look:
    """What one look told, read to its end."""

    cursor: str
    stubs: Sequence[Stub]
    happened: Sequence[Happened]


def mail(number: int, text: str = "Are you open?", *, answers: str = "") -> bytes:
    return letter(text, message_id=f"<{number}@example.com>", answers=answers)


def look(world: World, cursor: str = "", window: Window | None = None) -> Look:
    changes = world.box.changes(cursor, window or Window(world.now - FIRST, unread=True, most=100))
    return Look(changes.cursor, list(changes.stubs), list(changes.happened))


def numbers(world: World, stubs: Sequence[Stub]) -> list[int]:
    """Which mails these are."""
    read = [mails.read(world.box.fetch(stub.remote, ENOUGH)).message_id for stub in stubs]
    return [int(each.strip("<>").partition("@")[0]) for each in read]


def started(world: World) -> str:
    """The cursor of a mailbox that was looked at before. It has one old mail: a real one is never empty."""
    world.deliver(mail(999), ago=LONG_AGO)
    return look(world).cursor


def only(stubs: Sequence[Stub]) -> Stub:
    (stub,) = stubs
    return stub


class MailboxContract:
    """Inherit it as `class TestMine(MailboxContract)` with a fixture `world`."""

    @pytest.fixture
    def world(self) -> World:
        raise NotImplementedError

    # --- the first look

    def test_the_first_look_tells_of_unread_mail_of_the_window_the_oldest_first(self, world: World) -> None:
        world.deliver(mail(1), ago=LONG_AGO)
        world.deliver(mail(2), ago=EARLIER * 2)
        world.deliver(mail(3), ago=EARLIER, unread=False)
        world.deliver(mail(4))
        assert numbers(world, look(world).stubs) == [2, 4]

    def test_the_first_look_tells_of_what_the_person_sent(self, world: World) -> None:
        world.deliver(mail(1), ago=EARLIER * 2)
        world.deliver(mail(2), ago=EARLIER, sent=True)
        stubs = look(world).stubs
        assert {number: stub.sent for number, stub in zip(numbers(world, stubs), stubs, strict=True)} == {
            1: False,
            2: True,
        }

    def test_the_first_look_takes_the_newest_of_many(self, world: World) -> None:
        for number in range(1, 6):
            world.deliver(mail(number), ago=timedelta(hours=10 - number))
        window = Window(world.now - FIRST, unread=True, most=2)
        assert numbers(world, look(world, window=window).stubs) == [4, 5]

    def test_a_window_of_all_mail_tells_of_what_was_read_too(self, world: World) -> None:
        world.deliver(mail(1), ago=LONG_AGO)
        world.deliver(mail(2), ago=EARLIER, unread=False)
        assert numbers(world, look(world, window=Window(world.now - FIRST)).stubs) == [2]

    def test_drafts_are_nobodys_mail(self, world: World) -> None:
        cursor = started(world)
        world.deliver(mail(1), draft=True)
        assert look(world).stubs == look(world, cursor).stubs == []

    # --- from a cursor on

    def test_a_look_from_the_cursor_tells_of_what_came_since_in_its_order(self, world: World) -> None:
        cursor = started(world)
        for number in (1, 2, 3):
            world.deliver(mail(number))
        assert numbers(world, look(world, cursor).stubs) == [1, 2, 3]

    def test_mail_that_was_read_meanwhile_is_told_all_the_same(self, world: World) -> None:
        cursor = started(world)
        world.deliver(mail(1), unread=False)
        assert numbers(world, look(world, cursor).stubs) == [1]

    def test_what_the_person_sent_since_is_told_as_sent(self, world: World) -> None:
        cursor = started(world)
        world.deliver(mail(1), sent=True)
        assert only(look(world, cursor).stubs).sent

    def test_nothing_new_tells_of_nothing(self, world: World) -> None:
        cursor = started(world)
        after = look(world, cursor)
        assert (after.stubs, look(world, after.cursor).stubs) == ([], [])

    def test_the_next_cursor_goes_on_behind_what_was_told(self, world: World) -> None:
        cursor = started(world)
        world.deliver(mail(1))
        told = look(world, cursor)
        world.deliver(mail(2))
        assert numbers(world, look(world, told.cursor).stubs) == [2]

    def test_a_look_that_was_not_finished_is_told_again(self, world: World) -> None:
        """The cursor did not move: of two mails only one was kept, and then the program was killed."""
        cursor = started(world)
        world.deliver(mail(1))
        world.deliver(mail(2))
        next(iter(world.box.changes(cursor, Window(world.now - FIRST)).stubs))
        world.deliver(mail(3))
        assert numbers(world, look(world, cursor).stubs) == [1, 2, 3]

    def test_no_message_is_told_twice_in_one_look(self, world: World) -> None:
        cursor = started(world)
        world.deliver(mail(1))
        stub = only(look(world, cursor).stubs)
        world.box.mark([states.mark(stub.remote, SEEN)])
        assert [each.remote for each in look(world, cursor).stubs] == [stub.remote]

    def test_a_name_stays_the_same_in_every_look(self, world: World) -> None:
        cursor = started(world)
        world.deliver(mail(1))
        assert only(look(world, cursor).stubs).remote == only(look(world).stubs).remote

    def test_a_cursor_that_the_server_forgot_is_lost(self, world: World) -> None:
        cursor = started(world)
        world.deliver(mail(1))
        world.forget()
        with pytest.raises(CursorLost):
            look(world, cursor)
        again = look(world, window=Window(world.now - FIRST))
        assert numbers(world, again.stubs) == [1]
        assert look(world, again.cursor).stubs == []

    # --- messages

    def test_a_message_comes_as_it_is(self, world: World) -> None:
        cursor = started(world)
        data = mail(1, "Grüße, 東京 🙂\n" * 50).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        world.deliver(data)
        assert world.box.fetch(only(look(world, cursor).stubs).remote, ENOUGH).rstrip() == data.rstrip()

    def test_of_a_large_message_the_beginning_comes(self, world: World) -> None:
        cursor = started(world)
        data = mail(1, "x" * 60 + "\n" + ("y" * 70 + "\n") * 2000).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        world.deliver(data)
        assert world.box.fetch(only(look(world, cursor).stubs).remote, 5000) == data[:5000]

    def test_a_message_that_was_deleted_is_missing(self, world: World) -> None:
        cursor = started(world)
        world.deliver(mail(1))
        stub = only(look(world, cursor).stubs)
        world.remove(stub)
        with pytest.raises(Missing):
            world.box.fetch(stub.remote, ENOUGH)

    # --- labels

    def test_a_state_is_shown_instead_of_the_one_before(self, world: World) -> None:
        cursor = started(world)
        world.deliver(mail(1))
        stub = only(look(world, cursor).stubs)
        world.box.mark([states.mark(stub.remote, SEEN)])
        assert world.labels(stub) == {SEEN}
        world.box.mark([states.mark(stub.remote, READY)])
        world.box.mark([states.mark(stub.remote, READY)])
        assert world.labels(stub) == {READY}

    def test_marking_moves_and_reads_nothing_by_itself(self, world: World) -> None:
        cursor = started(world)
        world.deliver(mail(1))
        stub = only(look(world, cursor).stubs)
        world.box.mark([states.mark(stub.remote, DONE)])
        assert (world.in_inbox(stub), world.unread(stub)) == (True, True)

    def test_a_mail_is_archived_and_read_when_that_is_wanted(self, world: World) -> None:
        cursor = started(world)
        world.deliver(mail(1))
        stub = only(look(world, cursor).stubs)
        world.box.mark([states.mark(stub.remote, DONE, archive=True, read=True)])
        assert (world.in_inbox(stub), world.unread(stub), world.labels(stub)) == (False, False, {DONE})

    def test_marking_leaves_out_what_is_gone(self, world: World) -> None:
        cursor = started(world)
        world.deliver(mail(1))
        world.deliver(mail(2))
        gone, here = look(world, cursor).stubs
        world.remove(gone)
        world.box.mark([states.mark(gone.remote, SEEN), states.mark(here.remote, SEEN)])
        assert world.labels(here) == {SEEN}

    def test_marks_of_several_kinds_go_to_their_messages(self, world: World) -> None:
        cursor = started(world)
        world.deliver(mail(1))
        world.deliver(mail(2))
        first, second = look(world, cursor).stubs
        world.box.mark([states.mark(first.remote, SEEN), states.mark(second.remote, DONE)])
        assert (world.labels(first), world.labels(second)) == ({SEEN}, {DONE})

    def test_our_own_marks_are_no_news(self, world: World) -> None:
        cursor = started(world)
        world.deliver(mail(1))
        told = look(world, cursor)
        world.box.mark([states.mark(only(told.stubs).remote, SEEN)])
        after = look(world, told.cursor)
        assert (after.stubs, after.happened) == ([], [])

    # --- the person's hands

    def test_what_the_person_wants_left_alone_bears_it_when_it_is_told(self, world: World) -> None:
        cursor = started(world)
        world.deliver(mail(1))
        world.ignore(only(look(world, cursor).stubs))
        assert IGNORE in only(look(world).stubs).labels

    def test_the_person_wants_a_mail_left_alone_later(self, world: World) -> None:
        cursor = started(world)
        world.deliver(mail(1))
        told = look(world, cursor)
        stub = only(told.stubs)
        world.ignore(stub)
        assert list(look(world, told.cursor).happened) == [Happened("ignored", stub.remote)]

    # --- the end

    def test_closing_twice_is_closing(self, world: World) -> None:
        started(world)
        world.box.close()
        world.box.close()
