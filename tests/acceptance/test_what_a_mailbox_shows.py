"""A connected Gmail as the person sees it: labels, what was filed, drafts kept there, and the mail that tells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.app import App
from daemon.core.mailboxes import accounts
from daemon.core.mailboxes.consent import MODIFY
from daemon.core.mailboxes.values import DONE, READY, WAITING
from daemon.ops import briefing, init
from daemon.runtime.pace import BACKOFF, Waiting
from tests.fakes import FakeClock
from tests.gmailbox import Message
from tests.google import ADDRESS, GoogleServer
from tests.house import READERS
from tests.mailboxes import letter
from tests.oauth import READONLY

QUESTION = letter("Hello, when are you open on Saturday?\nAnna", to=ADDRESS)
NEWS = letter("Buy now.", sender="news@shop.example", subject="Spring sale", message_id="<n@shop.example>",
              list_unsubscribe="<mailto:stop@shop.example>", to=ADDRESS)  # fmt: skip
FILING = "## Filing\n\n- Shops: newsletters, @shop.example -> move\n- Times: opening hours\n"


class Office:
    """A person with a Gmail account, whose computer runs the program now and then."""

    def __init__(self, folder: Path, *, only_read: bool = False, **mail: str) -> None:
        self.clock = FakeClock()
        self.google = GoogleServer(self.clock.now)
        self.vault = folder / "My notes"
        self._environ = {
            "EMPLOYEE_HOME": str(folder / "home"),
            "EMPLOYEE_CONFIG": str(folder / "none.toml"),
            "EMPLOYEE_VAULT": str(self.vault),
            "EMPLOYEE_VAULT__TIMEZONE": "UTC",
            "EMPLOYEE_APPROVAL__HOLD_SECONDS": "0",
            "EMPLOYEE_MAIL__NOTIFY": "true",
            "EMPLOYEE_MAIL__KEEP_DRAFTS": "true",
            "EMPLOYEE_GMAIL__API_ENDPOINT": self.google.url,
            "EMPLOYEE_GMAIL__TOKEN_URI": self.google.token_uri,
            **{f"EMPLOYEE_MAIL__{name.upper()}": value for name, value in mail.items()},
        }
        self.app = App.open(self._environ, clock=self.clock)
        self.app.converter = READERS
        init.apply(init.plan(self.vault, home=folder / "home"))
        self.connects(READONLY if only_read else MODIFY)
        (self.vault / "Company_Handbook.md").write_text(FILING, encoding="utf-8")

    def connects(self, scope: str) -> None:
        account = self.google.account(scopes=(scope,))
        self.app.secrets.put({account.name: accounts.written(account)}, self.clock.now())

    def approves(self) -> None:
        for note in self.notes("Pending_Approval"):
            note.rename(self.vault / "Approved" / note.name)
        self.runs()

    def runs(self, after: timedelta = timedelta(minutes=10)) -> list[Waiting]:
        self.clock.advance(after)
        with self.app.daemon(["gmail", "manager"]) as daemon:
            return daemon.once()

    def close(self) -> None:
        self.app.close()
        self.google.close()

    def message(self, subject: str) -> Message:
        return next(each for each in self.google.box.messages.values() if each.subject == subject)

    def labels(self, subject: str) -> set[str]:
        return self.google.box.labelled(self.message(subject).id)

    def notes(self, folder: str) -> list[Path]:
        return sorted((self.vault / folder).rglob("*.md"))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    made.google.deliver(QUESTION)
    made.google.deliver(NEWS)
    made.runs()
    yield made
    made.close()


def test_each_mail_shows_how_far_it_is_and_the_persons_own_label(office: Office) -> None:
    assert office.labels("Opening hours") == {"INBOX", "UNREAD", READY, "Times"}
    assert office.labels("Spring sale") == {"UNREAD", DONE, "Shops"}


def test_the_person_is_told_once_and_the_notice_is_no_task(office: Office) -> None:
    for _ in range(3):
        office.runs()
    told = [accepted for accepted in office.google.accepted if accepted.recipients == (ADDRESS,)]
    assert len(told) == 1
    note = office.notes("Pending_Approval")[0]
    assert f"file=Pending_Approval%2F{note.stem}" in told[0].raw.decode().replace("=\r\n", "").replace("=3D", "=")
    assert len(office.notes("Pending_Approval")) == 1
    assert len(office.app.ledger.tasks.newest(10)) == 2


def test_a_draft_is_kept_there_and_leaves_with_a_yes(office: Office) -> None:
    assert len(office.google.box.drafts) == 1
    (note,) = office.notes("Pending_Approval")
    note.rename(office.vault / "Approved" / note.name)
    office.runs()
    assert office.google.box.drafts == {}
    assert [each.recipients for each in office.google.accepted if each.recipients != (ADDRESS,)] == [
        ("anna@example.com",)
    ]
    assert office.labels("Opening hours") == {"INBOX", "UNREAD", DONE, "Times"}


@pytest.mark.parametrize(("way", "why"), [("sent", "in your mail program"), ("deleted", "You deleted this draft")])
def test_what_the_person_does_with_it_there_counts_here(office: Office, way: str, why: str) -> None:
    (draft,) = office.google.box.drafts
    office.google.box.send_draft(draft) if way == "sent" else office.google.box.delete_draft(draft)
    office.runs()
    office.runs()
    assert office.notes("Pending_Approval") == []
    assert office.labels("Opening hours") == {"INBOX", "UNREAD", DONE, "Times"}
    assert sum(each.recipients == ("anna@example.com",) for each in office.google.accepted) == (way == "sent")
    assert any(why in note.read_text(encoding="utf-8") for note in (office.vault).rglob("EMAIL_*.md"))


def test_the_briefing_tells_what_was_filed(office: Office) -> None:
    made = briefing.make(office.app.context, office.app.status(), office.clock.now())
    assert "## Filed without an answer (1)" in made.note
    assert "- **1 in Shops**: " in made.note
    assert "One needed no answer, and was filed in your mailbox." in made.spoken


def test_the_record_is_whole(office: Office) -> None:
    office.runs()
    assert office.app.ledger.audit.verify().wrong == ""
    assert {"NOTICE", "NOTICED"} <= {record.kind for record in office.app.ledger.audit.all()}


@pytest.fixture
def reading(tmp_path: Path) -> Iterator[Office]:
    """The person let it only read; what is done is to leave their inbox."""
    made = Office(tmp_path, only_read=True, archive="true")
    made.google.deliver(QUESTION)
    made.runs()
    yield made
    made.close()


def by_hand(office: Office) -> None:
    """The person opens what lies in Outbox/, and sends it."""
    answer = {"to": "anna@example.com", "subject": "Re: Opening hours", "message_id": "<mine@company.example>"}
    office.google.deliver(letter(sender=ADDRESS, answers="<1@example.com>", **answer), labels=["SENT"])
    office.runs()


def test_an_answer_that_only_lies_in_outbox_is_not_done_before_the_person_sent_it(reading: Office) -> None:
    reading.approves()
    assert len(list((reading.vault / "Outbox").glob("*.eml"))) == 1
    reading.connects(MODIFY)
    reading.runs()
    assert reading.labels("Opening hours") == {"INBOX", "UNREAD", WAITING, "Times"}
    by_hand(reading)
    assert reading.labels("Opening hours") == {"UNREAD", DONE, "Times"}


def test_an_answer_from_outbox_that_was_sent_before_it_may_label_is_done(reading: Office) -> None:
    reading.approves()
    by_hand(reading)
    reading.connects(MODIFY)
    reading.runs()
    assert reading.labels("Opening hours") == {"UNREAD", DONE, "Times"}


def mail_state(office: Office) -> tuple[str, str]:
    found = office.app.status().connectors[1]
    return found.state, found.detail


def test_a_login_that_ended_is_known_when_nothing_runs(office: Office) -> None:
    office.google.revoke()
    office.runs()
    first = mail_state(office)
    office.runs()
    assert first == mail_state(office)
    assert first[0] == "needs login"
    assert first[1].endswith("(since 10 March 12:20; nothing looks into it at the moment)")


def test_a_new_login_is_not_said_to_have_ended_before_it_was_tried(office: Office) -> None:
    office.google.revoke()
    office.runs()
    office.clock.advance(timedelta(minutes=10))
    office.connects(MODIFY)
    assert mail_state(office)[0] == "ready"
    office.runs()
    assert mail_state(office)[0] == "ready"


def test_nobody_waits_for_a_login_that_only_the_person_can_renew(office: Office) -> None:
    office.google.revoke()
    before = office.clock.now()
    waiting = office.runs(timedelta(minutes=10))
    assert office.clock.now() - before < timedelta(minutes=10) + BACKOFF
    (login,) = (each for each in waiting if each.what == ADDRESS)
    assert "Connect it again: `employee connect gmail`" in login.why


def test_mail_of_an_absence_of_months_that_nobody_looks_at_is_told(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.clock.advance(timedelta(days=10))
    office.google.deliver(letter("Too long ago.", to=ADDRESS, subject="Old", message_id="<old@example.com>"))
    office.clock.advance(timedelta(days=80))
    office.google.deliver(letter("Today.", to=ADDRESS, subject="New", message_id="<new@example.com>"))
    office.google.forget_history()
    office.runs()
    told = "me@company.example: mail before 9 April 2026 was not looked at: I had not looked since 10 March 2026"
    assert told in [problem.what for problem in office.app.status().problems]
    assert told in caplog.text
    office.clock.advance(timedelta(hours=1))
    made = briefing.make(office.app.context, office.app.status(), office.clock.now())
    assert told in made.note
    office.clock.advance(timedelta(minutes=1))
    assert office.app.status().problems == []


def test_an_absence_of_weeks_leaves_nothing_out(office: Office) -> None:
    office.clock.advance(timedelta(days=50))
    office.google.forget_history()
    office.runs()
    assert office.app.status().problems == []
