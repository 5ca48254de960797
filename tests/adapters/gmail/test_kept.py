"""Drafts that are kept in Gmail, and what the person did to them there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from daemon.adapters.gmail.kept import GmailDrafts
from daemon.core import mail
from daemon.core.errors import Transient
from daemon.core.mail import Address
from daemon.core.mailboxes.keeping import Kept
from tests.factories import outgoing
from tests.google import ADDRESS, GoogleServer

NEW = outgoing(sender=Address("", ADDRESS), subject="An offer", key="kept-t1")
MESSAGE = mail.build(NEW)
QUESTION = (
    b"From: Anna <anna@example.com>\r\nTo: me@company.example\r\nSubject: An offer\r\nMessage-ID: <q@e>\r\n\r\nOpen?"
)
BEFORE = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def drafts(google: GoogleServer) -> Iterator[GmailDrafts]:
    opened = GmailDrafts(google.account(), google.settings())
    yield opened
    opened.close()


def test_it_stands_among_the_drafts_as_it_waits(google: GoogleServer, drafts: GmailDrafts) -> None:
    kept = drafts.keep(MESSAGE, again=False)
    assert drafts.there() == {kept.draft}
    assert mail.read(google.box.draft(kept.draft).raw).text == NEW.text.strip()
    assert drafts.fate(kept, BEFORE) == "there"
    assert drafts.untouched(kept, MESSAGE)


def test_an_answer_stands_in_its_thread(google: GoogleServer, drafts: GmailDrafts) -> None:
    question = google.deliver(QUESTION)
    answer = mail.build(replace(NEW, subject="Re: An offer", in_reply_to="<q@e>", references=("<q@e>",)))
    assert drafts.keep(answer, again=False).thread == google.box.messages[question].thread


def test_after_a_kill_it_is_found_and_not_put_there_twice(google: GoogleServer, drafts: GmailDrafts) -> None:
    google.fails("drafts.create", "accept-drop")
    with pytest.raises(Exception, match="did not answer"):
        drafts.keep(MESSAGE, again=False)
    assert len(google.box.drafts) == 1
    kept = drafts.keep(MESSAGE, again=True)
    assert drafts.there() == {kept.draft}


def test_one_that_the_person_sent_is_sent(google: GoogleServer, drafts: GmailDrafts) -> None:
    kept = drafts.keep(MESSAGE, again=False)
    google.box.send_draft(kept.draft)
    assert drafts.there() == set()
    assert drafts.fate(kept, BEFORE) == "sent"


def test_one_that_the_person_deleted_is_deleted(google: GoogleServer, drafts: GmailDrafts) -> None:
    kept = drafts.keep(MESSAGE, again=False)
    google.box.delete_draft(kept.draft)
    assert drafts.fate(kept, BEFORE) == "deleted"
    assert not drafts.untouched(kept, MESSAGE)


def test_one_that_the_person_wrote_into_is_not_untouched(google: GoogleServer, drafts: GmailDrafts) -> None:
    kept = drafts.keep(MESSAGE, again=False)
    google.box.update_draft(kept.draft, MESSAGE.replace(b"we open", b"we opened"), None)
    assert not drafts.untouched(kept, MESSAGE)
    assert drafts.fate(kept, BEFORE) == "there"


def test_an_answer_that_makes_no_sense_tells_nothing_of_a_draft(google: GoogleServer, drafts: GmailDrafts) -> None:
    kept = drafts.keep(MESSAGE, again=False)
    google.fails("drafts.list", "odd")
    with pytest.raises(Transient):
        drafts.there()
    google.box.send_draft(kept.draft)
    google.fails("threads.get", "odd")
    with pytest.raises(Transient):
        drafts.fate(kept, BEFORE)


def test_dropping_what_is_gone_is_nothing(google: GoogleServer, drafts: GmailDrafts) -> None:
    kept = drafts.keep(MESSAGE, again=False)
    drafts.drop(kept)
    drafts.drop(kept)
    assert google.box.drafts == {}
    assert drafts.fate(Kept("r1", "nothing"), BEFORE) == "deleted"
    assert google.accepted == []
