"""The mail that tells the person what waits: themselves only, once each, and never twice after a kill."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from daemon.core import mail
from daemon.core.errors import Permanent, Transient, UserError
from daemon.core.mailboxes.senders import Sender
from daemon.core.ports import Finding, MailChannel, Receipt
from daemon.runtime.notices import EVERY, Notices, Notifying
from daemon.runtime.pace import Pace
from tests.fakes import FakeProvider
from tests.house import House

ME = "me@company.example"
READ = "old@company.example"  # a connected mailbox that is only read
HALF_AN_HOUR = timedelta(minutes=30)


@dataclass
class Mailboxes:
    """Connected mailboxes, all of which send through one provider."""

    provider: MailChannel
    addresses: Sequence[str] = (ME,)
    asked: list[str] = field(default_factory=list[str])

    def mailboxes(self) -> Sequence[Sender]:
        return [Sender(f"imap.{address}", (address,)) for address in (*self.addresses, READ)]

    def of_sender(self, address: str) -> str:
        return f"imap.{address}" if address in self.addresses else ""

    def senders(self) -> Sequence[str]:
        return self.addresses

    def channel(self, account: str) -> MailChannel:
        self.asked.append(account)
        return self.provider


class Post:
    """A house whose person wants to be told, and what they were told."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.house = House(folder, hold=0, **{"mail__notify": "true", **settings})
        self.provider = FakeProvider()
        self.mailboxes = Mailboxes(self.provider)
        self.begin()

    def begin(self) -> None:
        self.notices = Notices(self.house.app.context, self.mailboxes, "My notes")

    def draft(self, number: int = 1) -> None:
        text = f"From: Anna <anna@example.com>\nTo: {ME}\nSubject: Hours {number}\nMessage-ID: <{number}@e>\n\nOpen?\n"
        self.house.arrive(text.encode(), key=f"m{number}", title=f"Hours {number}")
        self.house.run()

    def look(self, after: timedelta = HALF_AN_HOUR) -> None:
        self.house.pass_time(after)
        self.notices.step()

    def restart(self) -> None:
        self.house.restart()
        self.begin()

    @property
    def told(self) -> list[mail.Mail]:
        return [mail.read(data) for _, data in self.provider.accepted]

    def outcomes(self) -> list[str]:
        return [record.data["outcome"] for record in self.house.app.ledger.audit.of("") if record.kind == "NOTICED"]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Post]]:
    made = list[Post]()

    def make(**settings: str) -> Post:
        made.append(Post(tmp_path, **settings))
        return made[0]

    yield make
    made[0].house.stop()


@pytest.fixture
def post(make: Callable[..., Post]) -> Post:
    made = make()
    made.draft()
    return made


def test_a_draft_that_waits_is_told_to_the_person_with_a_link_that_opens_it(post: Post) -> None:
    post.look()
    told = post.told[0]
    assert (told.subject, told.sender, told.to) == ("A draft waits for you", mail.address(ME), (mail.address(ME),))
    note = post.house.note("Pending_Approval")
    assert f"Pending_Approval/{note.name}" in told.text
    assert f"obsidian://open?vault=My%20notes&file=Pending_Approval%2F{note.stem}" in told.text
    assert "to anna@example.com, " in told.text
    assert post.mailboxes.asked == [f"imap.{ME}"]


def test_no_word_of_the_draft_or_of_the_mail_stands_in_it(post: Post) -> None:
    post.look()
    text = post.house.note("Pending_Approval").read_text(encoding="utf-8").partition("## Draft")[2]
    lines = [line for line in text.splitlines() if len(line) > 10]
    assert lines
    assert not [line for line in lines if line in post.told[0].text]
    assert "Open?" not in post.told[0].text


def test_each_draft_is_told_once(post: Post) -> None:
    post.look()
    post.look()
    post.restart()
    post.look()
    assert len(post.told) == 1


def test_a_new_draft_after_feedback_is_told_again(post: Post) -> None:
    post.look()
    note = post.house.move("Pending_Approval", "Rejected")
    note.write_text(note.read_text(encoding="utf-8") + "\n## Feedback\n\nshorter please\n", encoding="utf-8")
    post.house.run()
    post.look()
    assert len(post.told) == 2
    assert "-g2.md" in post.told[1].text


def test_what_comes_within_the_time_is_told_together_afterwards(post: Post) -> None:
    post.look()
    post.draft(2)
    post.look(timedelta(minutes=20))
    post.draft(3)
    post.look(timedelta(minutes=9))
    assert len(post.told) == 1
    post.look(timedelta(minutes=1))
    assert [told.subject for told in post.told] == ["A draft waits for you", "2 drafts wait for you"]
    assert "Hours 1" not in post.told[1].text


def test_what_was_decided_before_is_not_told(post: Post) -> None:
    post.house.move("Pending_Approval", "Approved")
    post.house.run()
    post.look()
    assert post.told == []


def test_what_was_only_just_drafted_waits_for_what_comes_with_it(post: Post) -> None:
    post.look(timedelta(seconds=10))
    post.draft(2)
    post.look(timedelta(seconds=30))
    assert post.told == []
    post.look(timedelta(seconds=30))
    assert [told.subject for told in post.told] == ["2 drafts wait for you"]


def test_while_paused_nothing_is_told(post: Post) -> None:
    post.house.app.ledger.pause("", "owner", post.house.clock.now())
    post.look()
    assert post.provider.accepted == []
    post.house.app.ledger.resume("owner", post.house.clock.now())
    post.look()
    assert len(post.told) == 1


def test_a_pause_at_the_last_moment_stops_it(post: Post) -> None:
    def pausing(account: str) -> MailChannel:
        del account
        post.house.app.ledger.pause("", "owner", post.house.clock.now())
        return post.provider

    post.mailboxes.channel = pausing  # pyright: ignore[reportAttributeAccessIssue]
    post.look()
    assert post.provider.accepted == []
    assert post.outcomes() == []


def test_without_a_mailbox_that_sends_nothing_happens(post: Post) -> None:
    post.mailboxes.addresses = ()
    post.look()
    assert post.provider.accepted == []


def test_unless_it_is_wanted_nothing_is_told(make: Callable[..., Post]) -> None:
    post = make(mail__notify="false")
    post.draft()
    post.look()
    assert post.provider.accepted == []
    assert not post.notices.wanted


def test_a_strangers_address_is_a_problem_and_nothing_leaves(make: Callable[..., Post]) -> None:
    post = make(mail__notify_to="eve@evil.example")
    post.draft()
    with pytest.raises(UserError, match="none of your own addresses"):
        post.look()
    assert post.provider.accepted == []


def test_an_address_of_the_handbook_is_the_persons_own(make: Callable[..., Post]) -> None:
    post = make(mail__notify_to="private@home.example")
    (post.house.root / "Company_Handbook.md").write_text("## Me\n\n- private@home.example\n", encoding="utf-8")
    post.draft()
    post.look()
    assert (post.told[0].sender, post.told[0].to) == (mail.address(ME), (mail.address("private@home.example"),))


def test_a_mailbox_that_is_only_read_is_told_from_one_that_sends(make: Callable[..., Post]) -> None:
    post = make(mail__notify_to=READ)
    post.draft()
    post.look()
    assert (post.told[0].sender, post.told[0].to) == (mail.address(ME), (mail.address(READ),))


# --- what can go wrong


@pytest.mark.parametrize(("way", "error"), [("busy", Transient), ("refuse", Permanent)])
def test_one_that_surely_did_not_leave_is_told_later(post: Post, way: str, error: type[Exception]) -> None:
    post.provider.script = [way]
    with pytest.raises(error):
        post.look()
    with pytest.raises(Transient):
        post.look(timedelta(minutes=5))
    post.look(timedelta(minutes=5))
    assert len(post.told) == 1
    assert post.outcomes() == ["not sent", "sent"]


@pytest.mark.parametrize(("way", "left"), [("accept-then-drop", 1), ("drop", 0)])
def test_one_whose_outcome_nobody_knows_is_not_repeated(post: Post, way: str, left: int) -> None:
    post.provider.script = [way]
    post.look()
    post.look()
    assert len(post.told) == left
    assert post.outcomes() == ["unknown"]


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Killing:
    """A provider during whose call the process is killed."""

    inner: FakeProvider
    after: bool
    name: str = "provider"

    def send(self, message: bytes, *, title: str, key: str) -> Receipt:
        if self.after:
            self.inner.send(message, title=title, key=key)
        raise Killed

    def look_up(self, message: bytes, *, title: str, key: str) -> Finding:
        return self.inner.look_up(message, title=title, key=key)


@pytest.mark.parametrize("after", [False, True])
def test_after_a_kill_nothing_is_told_twice(post: Post, *, after: bool) -> None:
    post.mailboxes.provider = Killing(post.provider, after)
    with pytest.raises(Killed):
        post.look()
    post.mailboxes.provider = post.provider
    post.restart()
    post.look()
    post.draft(2)
    post.look()
    assert [told.text.count("Hours 1") for told in post.told] == [1, 0][not after :]
    assert post.house.app.ledger.audit.verify().wrong == ""


def test_the_record_is_whole_and_each_notice_is_begun_and_ended_once(post: Post) -> None:
    post.look()
    post.house.run()
    ledger = post.house.app.ledger
    kinds = [(record.kind, record.data["key"]) for record in ledger.audit.of("") if record.kind.startswith("NOTICE")]
    key = f"notice-1.{ledger.instance}"
    assert kinds == [("NOTICE", key), ("NOTICED", key)]
    assert ledger.jottings.get(key, "notice") == ME
    assert post.told[0].key == key
    assert ledger.audit.verify().wrong == ""
    ledger.audit.record(post.house.clock.now(), "NOTICED", "", {"key": key, "outcome": "sent"})
    assert "has no NOTICE before it" in ledger.audit.verify().wrong


# --- beside the manager


class Slow:
    """A provider that takes its time until it is let go."""

    name = "provider"

    def __init__(self) -> None:
        self.begun, self.let_go = Event(), Event()

    def send(self, message: bytes, *, title: str, key: str) -> Receipt:
        del message, title, key
        self.begun.set()
        self.let_go.wait(10)
        raise Transient("the mail server does not answer")

    def look_up(self, message: bytes, *, title: str, key: str) -> Finding:
        raise NotImplementedError


def test_a_slow_mail_server_holds_up_nobody_and_its_failure_is_a_problem(post: Post) -> None:
    slow = post.mailboxes.provider = Slow()
    role = Notifying(post.house.manager, post.notices)
    post.house.pass_time(HALF_AN_HOUR)
    role.step(post.house.clock.now())
    assert slow.begun.wait(10)
    post.draft(2)
    assert role.step(post.house.clock.now()).busy
    slow.let_go.set()
    role.close(post.house.clock.now())
    assert "does not answer" in "".join(role.step(post.house.clock.now() + EVERY).problems)


def test_who_wants_no_notices_has_no_thread_for_them(make: Callable[..., Post]) -> None:
    post = make(mail__notify="false")
    role = Notifying(post.house.manager, post.notices)
    assert role.step(post.house.clock.now()) == Pace(progress=False)
    role.close(post.house.clock.now())
