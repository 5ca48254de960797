"""Reading and labelling a Gmail mailbox, against our own Gmail."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import pytest

from daemon.adapters.gmail.box import GmailBox
from daemon.adapters.gmail.troubles import Refused
from daemon.core.errors import Transient
from daemon.core.mailboxes import states
from daemon.core.mailboxes.accounts import GmailAccount
from daemon.core.mailboxes.polling import Polling, Rules
from daemon.core.mailboxes.values import IGNORE, READY, SEEN, CursorLost, Happened, Mark, Stub, Window
from daemon.core.plugins import Mailed
from tests.adapters.mailbox_contract import FIRST, MailboxContract, World, mail
from tests.google import GoogleServer, Mode
from tests.mailboxes import FakeLetters


@dataclass
class Gmail:
    """See `World`."""

    google: GoogleServer
    box: GmailBox
    account: GmailAccount
    now: datetime

    def deliver(
        self, data: bytes, *, ago: timedelta = timedelta(), sent: bool = False, unread: bool = True, draft: bool = False
    ) -> str:
        if draft:
            return self.google.box.create_draft(data, None)
        labels = ["SENT"] if sent else ["INBOX", *["UNREAD"] * unread]
        return self.google.deliver(data, labels, at=self.now - ago)

    def remove(self, stub: Stub) -> None:
        self.google.delete(stub.remote)

    def ignore(self, stub: Stub) -> None:
        self.google.label(stub.remote, "AI/Ignore")

    def forget(self) -> None:
        self.google.forget_history()

    def labels(self, stub: Stub) -> set[str]:
        return {name for name in self.google.box.labelled(stub.remote) if name.startswith("AI/")}

    def unread(self, stub: Stub) -> bool:
        return "UNREAD" in self.google.box.labelled(stub.remote)

    def in_inbox(self, stub: Stub) -> bool:
        return "INBOX" in self.google.box.labelled(stub.remote)


@pytest.fixture
def gmail() -> Iterator[Gmail]:
    google = GoogleServer()
    account = google.account()
    box = GmailBox(account, google.settings())
    yield Gmail(google, box, account, google.box.now())
    box.close()
    google.close()


class TestGmailBox(MailboxContract):
    @pytest.fixture
    def world(self, gmail: Gmail) -> World:
        return gmail


def look(gmail: Gmail, cursor: str = "", most: int = 100) -> tuple[str, list[str]]:
    """The cursor, and the ids that were told."""
    changes = gmail.box.changes(cursor, Window(gmail.now - FIRST, unread=True, most=most))
    return changes.cursor, [stub.remote for stub in changes.stubs]


def happened(gmail: Gmail, cursor: str) -> list[Happened]:
    changes = gmail.box.changes(cursor, Window(gmail.now - FIRST))
    assert list(changes.stubs) == list(gmail.box.changes(cursor, Window(gmail.now - FIRST)).stubs)
    return list(changes.happened)


def stubs(gmail: Gmail, cursor: str) -> dict[str, Stub]:
    return {stub.remote: stub for stub in gmail.box.changes(cursor, Window(gmail.now - FIRST)).stubs}


@contextmanager
def asking(gmail: Gmail) -> Generator[list[str]]:
    """The endpoints that are asked inside."""
    before, found = len(gmail.google.asked()), list[str]()
    yield found
    found += [request.endpoint for request in gmail.google.asked()[before:]]


# --- how much is asked


def test_a_look_with_nothing_new_is_one_request(gmail: Gmail) -> None:
    gmail.deliver(mail(1))
    cursor, (known,) = look(gmail)
    gmail.box.mark([states.mark(known, SEEN)])
    cursor, _ = look(gmail, cursor)
    with asking(gmail) as asked:
        look(gmail, cursor)
    assert asked == ["history.list"]


def test_new_mail_is_told_without_asking_for_each(gmail: Gmail) -> None:
    cursor, _ = look(gmail)
    for number in range(50):
        gmail.deliver(mail(number))
    with asking(gmail) as asked:
        assert len(look(gmail, cursor)[1]) == 50
    assert asked == ["history.list"]


def test_a_thousand_new_mails_are_three_requests_and_one_more_for_the_next_step(gmail: Gmail) -> None:
    """What does not fit into one step of the watcher is told again from the same cursor."""
    cursor, _ = look(gmail)
    ids = [gmail.deliver(mail(number)) for number in range(1200)]
    with asking(gmail) as asked:
        first = look(gmail, cursor)
    with asking(gmail) as again:
        second = look(gmail, cursor)
    assert (len(asked), len(again)) == (3, 1)
    assert first[1] == second[1] == ids


def test_a_first_look_of_several_steps_asks_for_no_message_twice(gmail: Gmail) -> None:
    for number in range(5):
        gmail.deliver(mail(number))
    look(gmail)
    with asking(gmail) as asked:
        assert len(look(gmail)[1]) == 5
    assert "messages.get" not in asked


def test_no_body_is_read_before_it_is_asked_for(gmail: Gmail) -> None:
    gmail.deliver(mail(1))
    look(gmail)
    assert not [request for request in gmail.google.asked() if "format=raw" in request.path]


def test_a_box_that_is_only_made_asks_nobody(gmail: Gmail) -> None:
    assert gmail.google.requests == []


# --- what is told


def test_what_the_person_dealt_with_before_anybody_looked_is_not_told(gmail: Gmail) -> None:
    gmail.deliver(mail(0))
    cursor, _ = look(gmail)
    archived, deleted, gone = (gmail.deliver(mail(number)) for number in (1, 2, 3))
    gmail.google.box.unlabel(archived, "INBOX")
    gmail.google.label(deleted, "TRASH")
    gmail.google.delete(gone)
    ids = look(gmail, cursor)[1]
    assert archived not in ids
    assert deleted not in ids


@pytest.mark.parametrize("labels", [["SPAM"], ["INBOX", "TRASH"], ["DRAFT"], ["CHAT"], ["Newsletters"]])
def test_what_lies_elsewhere_is_not_told(gmail: Gmail, labels: list[str]) -> None:
    cursor, _ = look(gmail)
    gmail.google.box.labels["CHAT"] = "CHAT"
    gmail.google.deliver(mail(1), labels)
    assert look(gmail, cursor)[1] == look(gmail)[1] == []


def test_what_is_taken_out_of_spam_is_told(gmail: Gmail) -> None:
    cursor, _ = look(gmail)
    spam = gmail.google.deliver(mail(1), ["SPAM"])
    cursor, _ = look(gmail, cursor)
    gmail.google.box.modify(spam, ["INBOX"], ["SPAM"])
    assert look(gmail, cursor)[1] == [spam]


def test_an_old_mail_that_the_person_moves_back_is_not_told(gmail: Gmail) -> None:
    """Nothing older than the first look is ever taken."""
    old = gmail.google.deliver(mail(1), ["STARRED"], at=gmail.now - timedelta(days=400))
    cursor, _ = look(gmail)
    gmail.google.label(old, "INBOX")
    assert look(gmail, cursor)[1] == []


def test_what_is_edited_as_a_draft_and_sent_is_told_once_as_sent(gmail: Gmail) -> None:
    cursor, _ = look(gmail)
    draft = gmail.google.box.create_draft(mail(1), None)
    gmail.google.box.edit_draft(draft, mail(2))
    sent = gmail.google.box.send_draft_by_hand(draft)
    assert {name: stub.sent for name, stub in stubs(gmail, cursor).items()} == {sent: True}


def test_a_mail_to_oneself_is_told_once(gmail: Gmail) -> None:
    cursor, _ = look(gmail)
    own = gmail.google.deliver(mail(1), ["INBOX", "SENT", "UNREAD"])
    assert look(gmail)[1] == look(gmail, cursor)[1] == [own]
    assert stubs(gmail, cursor)[own].sent


def test_the_thread_is_gmails(gmail: Gmail) -> None:
    cursor, _ = look(gmail)
    first = gmail.deliver(mail(1))
    answer = gmail.google.deliver(mail(2, answers="<1@example.com>"))
    threads = {name: stub.thread for name, stub in stubs(gmail, cursor).items()}
    assert threads[first] == threads[answer] != ""


def test_of_a_first_look_the_oldest_comes_first_whichever_side_wrote(gmail: Gmail) -> None:
    hours = [timedelta(hours=number) for number in (5, 4, 3, 2)]
    ids = [gmail.deliver(mail(n), ago=ago, sent=n % 2 == 0) for n, ago in enumerate(hours)]
    assert look(gmail)[1] == ids


def test_what_comes_while_a_first_look_goes_on_is_told_by_the_next(gmail: Gmail) -> None:
    gmail.deliver(mail(1))
    changes = gmail.box.changes("", Window(gmail.now - FIRST))
    late = gmail.deliver(mail(2))
    list(changes.stubs)
    assert look(gmail, changes.cursor)[1] == [late]


@pytest.mark.parametrize("cursor", ["0", "abc", "99 9", "'"])
def test_a_cursor_that_never_was_one_is_lost(gmail: Gmail, cursor: str) -> None:
    with pytest.raises(CursorLost):
        look(gmail, cursor)


# --- troubles on the way


def broken_look(gmail: Gmail, mode: Mode) -> tuple[str, list[str]]:
    """The cursor before two pages of new mail, of which the second failed in `mode`, and their ids."""
    cursor, _ = look(gmail)
    ids = [gmail.deliver(mail(number)) for number in range(600)]
    gmail.google.fails("history.list", "ok", mode)
    with pytest.raises(Transient):
        look(gmail, cursor)
    return cursor, ids


def test_a_look_that_breaks_off_between_pages_loses_nothing(gmail: Gmail) -> None:
    cursor, ids = broken_look(gmail, "500")
    fresh = GmailBox(gmail.google.account(), gmail.google.settings())
    assert [stub.remote for stub in fresh.changes(cursor, Window(gmail.now)).stubs] == ids
    fresh.close()


def test_the_same_box_goes_on_after_a_broken_look(gmail: Gmail) -> None:
    cursor, ids = broken_look(gmail, "garbage")
    after, told = look(gmail, cursor)
    assert told == ids
    assert look(gmail, after)[1] == []


def test_a_token_that_expires_between_pages_is_renewed(gmail: Gmail) -> None:
    cursor, _ = look(gmail)
    ids = [gmail.deliver(mail(number)) for number in range(600)]
    gmail.google.fails("history.list", "ok", "401")
    assert look(gmail, cursor)[1] == ids


def test_a_message_that_is_refused_for_another_reason_is_not_missing(gmail: Gmail) -> None:
    message = gmail.deliver(mail(1))
    gmail.google.fails("messages.get", "400")
    with pytest.raises(Refused):
        gmail.box.fetch(message, 1000)


def kept(gmail: Gmail, letters: FakeLetters) -> int:
    """What the watcher would keep, look after look, however many break off. Gives how many looks that took."""
    rules = Rules(timedelta(minutes=5), FIRST, first_most=1000, largest=1_000_000)
    polling = Polling(Mailed(gmail.account, gmail.box, letters), rules)
    for number in range(1, 200):
        with suppress(Transient):
            poll = polling.poll(gmail.now)
            for arrival in poll.arrivals:
                assert arrival.origin
                assert arrival.origin.remote not in letters.kept
                letters.kept.append(arrival.origin.remote)
            letters.cursor = poll.cursor
            return number
    raise AssertionError


@pytest.mark.parametrize("forgets", [False, True])
def test_many_mails_through_all_that_can_go_wrong_come_once_each(gmail: Gmail, *, forgets: bool) -> None:
    chance, letters = Random(7), FakeLetters(look(gmail)[0])
    ids = [gmail.deliver(mail(number)) for number in range(600)]
    faults: list[Mode] = ["500", "503", "401", "drop", "garbage", "huge"]
    modes: list[Mode] = [chance.choice(faults) if chance.random() < 0.2 else "ok" for _ in range(1500)]
    gmail.google.fails("messages.get", *modes)
    gmail.google.fails("history.list", "500", "ok", "garbage", "401", "drop", "drop", "401", "ok")
    gmail.google.fails("token", "500", "drop")
    if forgets:
        gmail.google.forget_history()
    assert kept(gmail, letters) > 1
    assert sorted(letters.kept) == sorted(ids)
    assert look(gmail, letters.cursor)[1] == []


# --- labels


def test_labels_are_told_by_their_names(gmail: Gmail) -> None:
    cursor, _ = look(gmail)
    message = gmail.google.deliver(mail(1), ["INBOX", "Customers/Anna"])
    assert stubs(gmail, cursor)[message].labels == {"INBOX", "Customers/Anna"}


def test_ours_are_known_however_the_person_wrote_them(gmail: Gmail) -> None:
    cursor, _ = look(gmail)
    message = gmail.google.deliver(mail(1), ["INBOX", "ai/ignore"])
    assert IGNORE in stubs(gmail, cursor)[message].labels
    assert happened(gmail, cursor) == []


def test_another_label_of_the_person_is_nothing_that_happened(gmail: Gmail) -> None:
    message = gmail.deliver(mail(1))
    cursor, _ = look(gmail)
    gmail.google.label(message, "Later", "STARRED")
    assert (happened(gmail, cursor), look(gmail, cursor)[1]) == ([], [])


def test_the_labels_are_listed_once_however_many_are_unknown(gmail: Gmail) -> None:
    cursor, _ = look(gmail)
    for number in range(5):
        gmail.google.deliver(mail(number), ["INBOX", "Customers"])
    with asking(gmail) as asked:
        look(gmail, cursor)
        look(gmail, cursor)
    assert asked.count("labels.list") == 1


def test_a_label_that_another_program_made_meanwhile_is_taken(gmail: Gmail) -> None:
    message = gmail.deliver(mail(1))
    gmail.google.label(message, "Other")
    gmail.box.mark([Mark(message, ("Other",))])
    gmail.google.box.label_id("ai/seen")
    gmail.box.mark([Mark(message, (SEEN,))])
    assert gmail.google.box.labelled(message) == {"INBOX", "UNREAD", "Other", "ai/seen"}


def test_a_label_that_the_person_deleted_is_made_again(gmail: Gmail) -> None:
    message = gmail.deliver(mail(1))
    gmail.box.mark([states.mark(message, SEEN)])
    gone = gmail.google.box.label_id(SEEN)
    del gmail.google.box.labels[gone]
    gmail.google.box.messages[message].labels.discard(gone)
    gmail.google.box.labels["Label_between"] = "Between"  # ids are not given twice
    gmail.box.mark([states.mark(message, SEEN)])
    assert SEEN in gmail.google.box.labelled(message)


def test_labels_are_made_once(gmail: Gmail) -> None:
    messages = [gmail.deliver(mail(number)) for number in range(3)]
    with asking(gmail) as asked:
        for message in messages:
            gmail.box.mark([states.mark(message, SEEN)])
    assert (asked.count("labels.create"), asked.count("messages.batchModify")) == (1, 3)


def test_many_messages_are_marked_in_one_request(gmail: Gmail) -> None:
    messages = [gmail.deliver(mail(number)) for number in range(1100)]
    gmail.box.mark([states.mark(messages[0], SEEN)])
    with asking(gmail) as asked:
        gmail.box.mark([states.mark(message, READY) for message in messages])
    assert asked == ["labels.create", "messages.batchModify", "messages.batchModify"]
    assert all(gmail.labels(Stub(message)) == {READY} for message in messages)


def test_who_counts_a_gone_message_as_a_refusal_is_asked_for_each(gmail: Gmail) -> None:
    here, gone = gmail.deliver(mail(1)), gmail.deliver(mail(2))
    gmail.google.delete(gone)
    gmail.google.fails("messages.batchModify", "404")
    gmail.box.mark([states.mark(gone, SEEN), states.mark(here, SEEN)])
    assert gmail.labels(Stub(here)) == {SEEN}


def test_a_mark_that_changes_nothing_asks_for_nothing(gmail: Gmail) -> None:
    message = gmail.deliver(mail(1))
    with asking(gmail) as asked:
        gmail.box.mark([Mark(message, remove=("Nowhere",))])
        gmail.box.mark([])
    assert "messages.batchModify" not in asked


def test_a_refused_mark_is_raised(gmail: Gmail) -> None:
    message = gmail.deliver(mail(1))
    gmail.google.fails("messages.batchModify", "400", "400")
    with pytest.raises(Refused):
        gmail.box.mark([states.mark(message, SEEN)])
