"""A message that Gmail refuses for ever: the others go on, and it is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from daemon.adapters.gmail.box import GmailBox
from daemon.adapters.gmail.troubles import Failing, Refused
from daemon.core.mailboxes.values import Window
from daemon.core.ports import Missing
from tests.fakes import NOON, FakeClock
from tests.google import GoogleServer
from tests.mailboxes import letter

SINCE = Window(NOON - timedelta(days=3), unread=True, most=100)


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    made = GoogleServer(FakeClock().now)
    yield made
    made.close()


@pytest.fixture
def box(google: GoogleServer) -> Iterator[GmailBox]:
    made = GmailBox(google.account(), google.settings())
    yield made
    made.close()


def told(box: GmailBox) -> list[str]:
    return [stub.remote for stub in box.changes("", SINCE).stubs]


def test_a_first_look_goes_on_without_a_mail_that_google_refuses(google: GoogleServer, box: GmailBox) -> None:
    refused, fine = (google.deliver(letter(message_id=f"<{n}@example.com>")) for n in range(2))
    for _ in range(2):
        google.fails("messages.get", "400")
        with pytest.raises(Refused):
            told(box)
    google.fails("messages.get", "400")
    assert told(box) == [fine]
    (notice,) = box.changes("", SINCE).notices
    assert notice.startswith(f"Gmail does not give one mail of me@company.example ({refused}): ")
    assert box.changes("", SINCE).notices == ()


def test_a_mail_that_cannot_be_fetched_is_left_out_after_a_few_tries(google: GoogleServer, box: GmailBox) -> None:
    refused = google.deliver(letter())
    google.fails("messages.get", "400", "400", "400")
    for _ in range(2):
        with pytest.raises(Refused):
            box.fetch(refused, 1000)
    with pytest.raises(Missing):
        box.fetch(refused, 1000)


def test_a_mail_that_makes_google_fail_is_told_after_the_others(google: GoogleServer, box: GmailBox) -> None:
    failing, fine = (google.deliver(letter(message_id=f"<{n}@example.com>")) for n in range(2))
    google.fails("messages.get", "500")
    changes = box.changes("", SINCE)
    assert next(iter(changes.stubs)).remote == fine
    with pytest.raises(Failing):
        list(changes.stubs)
    assert told(box) == [failing, fine]


def test_what_was_moved_and_makes_google_fail_stands_in_no_others_way(google: GoogleServer, box: GmailBox) -> None:
    moved, other = (google.deliver(letter(message_id=f"<{n}@example.com>"), ["SPAM"]) for n in range(2))
    cursor = box.changes("", SINCE).cursor
    for each in (moved, other):
        google.box.unlabel(each, "SPAM")
        google.box.label(each, "INBOX")
    google.fails("messages.get", "500")
    changes = box.changes(cursor, SINCE)
    assert next(iter(changes.stubs)).remote == other


def test_an_outage_of_google_is_not_tried_with_every_mail(google: GoogleServer, box: GmailBox) -> None:
    for n in range(10):
        google.deliver(letter(message_id=f"<{n}@example.com>"))
    google.fails("messages.get", "500", "500", "500")
    with pytest.raises(Failing):
        told(box)
    assert len(google.asked("messages.get")) == 3
