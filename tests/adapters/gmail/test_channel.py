from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any, get_args

import pytest

from daemon.adapters.gmail.channel import LOOKS, GmailChannel
from daemon.core import mail
from daemon.core.errors import Permanent, Transient, UnknownOutcome
from daemon.core.mail import Address, Part
from daemon.core.ports import Absent, CannotTell, Found
from tests.carrying import Carried, Notes, carry_out, mortal
from tests.factories import outgoing
from tests.fakes import NOON
from tests.google import ADDRESS, GoogleServer, Mode
from tests.oauth import READONLY

KEY = "t1-g1.i"
QUESTION = (
    b"From: Anna Example <anna@example.com>\r\nTo: me@company.example\r\nSubject: Opening hours\r\n"
    b"Message-ID: <q1@example.com>\r\nDate: Tue, 10 Mar 2026 11:00:00 +0000\r\n\r\nWhen do you open?\r\n"
)
ANSWER = outgoing(
    sender=Address("Me", ADDRESS),
    cc=(Address("", "carl@example.com"),),
    bcc=(Address("", "dora@example.com"),),
    in_reply_to="<q1@example.com>",
    references=("<q1@example.com>",),
    key=KEY,
    attachments=(Part("plan für März.pdf", "application/pdf", bytes(range(256)) * 40),),
)
MESSAGE = mail.build(ANSWER)
POINTS = 16  # before and after each request and each note of an answer that meets no trouble
MODES: tuple[Mode, ...] = get_args(Mode)
SENDING = ("messages.list", "messages.get", "drafts.create", "drafts.get", "drafts.send")
LOOKING = ("drafts.get", "messages.list", "messages.get")
QUICK: tuple[Mode, ...] = tuple(mode for mode in MODES if "hang" not in mode and mode not in {"slow", "huge"})
ALL = (*SENDING, "drafts.delete", "drafts.list")
HONEST = {"sent": {1}, "refused": {0}, "nobody can tell": {0, 1}, "unfinished": {0, 1}}
REFUSALS = {("drafts.create", "400"), ("drafts.send", "400"), ("drafts.send", "404")}


@dataclass
class Desk:
    """A Google with Anna's question in the mailbox, and what was noted about answers."""

    google: GoogleServer
    notes: Notes = field(default_factory=Notes)
    patience: float = 20.0  # seconds

    def __post_init__(self) -> None:
        self.question = self.google.deliver(QUESTION)
        self.account = self.google.account()

    def channel(self) -> GmailChannel:
        made = GmailChannel(self.account, self.google.settings(timeout_seconds=self.patience), self.notes)
        return mortal(made, self.notes.fuse)

    def carry_out(self, message: bytes = MESSAGE) -> Carried:
        return carry_out(self.channel, message, KEY)

    def send(self, message: bytes = MESSAGE) -> str:
        return self.channel().send(message, title="", key=KEY).id

    def look_up(self) -> object:
        return self.channel().look_up(MESSAGE, title="", key=KEY)

    def drafted(self) -> str:
        """The id of the draft, after a try that ended right before it was sent."""
        self.google.fails("drafts.send", "503")
        with pytest.raises(UnknownOutcome):
            self.send()
        return self.draft

    @property
    def draft(self) -> str:
        return self.notes.get(KEY, "draft")

    @property
    def sent(self) -> list[str]:
        """The ids of what lies in Sent."""
        return [each.id for each in self.google.box.found("in:sent")]


@pytest.fixture
def desk() -> Iterator[Desk]:
    google = GoogleServer(now=lambda: NOON)
    yield Desk(google)
    google.close()


@pytest.fixture
def hasty(desk: Desk) -> Desk:
    """Waits for no answer."""
    desk.patience = 0.3
    return desk


def test_an_answer_is_drafted_checked_sent_and_threaded(desk: Desk) -> None:
    receipt = desk.send()
    (left,) = desk.google.accepted
    assert [each.endpoint for each in desk.google.asked()] == list(SENDING)
    assert receipt == f"message {desk.sent[0]} in thread {desk.question}"
    assert (left.sender, left.thread) == (ADDRESS, desk.question)
    assert desk.google.box.drafts == {}


def test_recipients_get_no_line_with_the_hidden_ones(desk: Desk) -> None:
    desk.send()
    (left,) = desk.google.accepted
    assert left.recipients == ("anna@example.com", "carl@example.com", "dora@example.com")
    assert b"dora" not in left.raw
    assert b"Bcc: dora@example.com" in desk.google.box.message(desk.sent[0]).raw


def test_what_leaves_is_what_was_approved(desk: Desk) -> None:
    desk.send()
    left = mail.read(desk.google.accepted[0].raw)
    assert (left.subject, left.text, left.key) == (ANSWER.subject, ANSWER.text.strip("\n"), KEY)
    assert left.attachments == ANSWER.attachments
    assert mail.differing(MESSAGE, desk.google.box.message(desk.sent[0]).raw) == ()


def test_an_answer_under_another_subject_begins_a_thread_of_its_own(desk: Desk) -> None:
    desk.send(mail.build(replace(ANSWER, subject="An offer")))
    assert desk.google.accepted[0].thread != desk.question
    assert "threadId" not in desk.google.asked("drafts.create")[0].path


def test_an_answer_to_a_mail_that_is_not_here_is_sent_all_the_same(desk: Desk) -> None:
    desk.google.delete(desk.question)
    desk.send()
    assert len(desk.google.accepted) == 1


def test_a_new_mail_needs_no_search_for_a_thread(desk: Desk) -> None:
    desk.send(mail.build(replace(ANSWER, in_reply_to="", references=())))
    assert [each.endpoint for each in desk.google.asked()] == ["drafts.create", "drafts.get", "drafts.send"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("endpoint", SENDING)
def test_one_trouble_while_sending_never_sends_twice_and_ends(hasty: Desk, endpoint: str, mode: Mode) -> None:
    hasty.google.fails(endpoint, mode)
    carried = hasty.carry_out()
    refused = (endpoint, mode) in REFUSALS
    assert (carried.end, len(hasty.google.accepted)) == (("refused", 0) if refused else ("sent", 1)), carried
    assert hasty.google.box.drafts == {}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("lost", ["accept-drop", "drop"])
@pytest.mark.parametrize("endpoint", LOOKING)
def test_trouble_while_looking_after_a_lost_answer(hasty: Desk, endpoint: str, lost: Mode, mode: Mode) -> None:
    hasty.google.fails("drafts.send", lost)
    with pytest.raises(UnknownOutcome):
        hasty.send()
    hasty.google.fails(endpoint, mode, mode)
    carried = carry_out_unknown(hasty)
    assert (carried.end, len(hasty.google.accepted)) == ("sent", 1), carried


def carry_out_unknown(desk: Desk) -> Carried:
    """From where a restart finds an effect that had begun."""
    desk.notes.fuse.kills = frozenset({desk.notes.fuse.passed})
    return desk.carry_out()


@pytest.mark.parametrize("endpoint", SENDING)
@pytest.mark.parametrize("mode", ["429", "403-rate", "500", "drop", "401", "garbage"])
def test_long_trouble_is_waited_out(desk: Desk, endpoint: str, mode: Mode) -> None:
    desk.google.fails(endpoint, mode, mode, mode, mode)
    carried = desk.carry_out()
    assert (carried.end, len(desk.google.accepted)) == ("sent", 1), carried


def test_a_login_whose_answers_are_lost_is_waited_out(desk: Desk) -> None:
    desk.google.fails("token", "drop", "garbage", "hang")
    desk.patience = 0.3
    assert desk.carry_out().end == "sent"


def test_a_kill_can_come_at_so_many_points(desk: Desk) -> None:
    desk.send()
    assert desk.notes.fuse.passed == POINTS


@pytest.mark.parametrize("point", range(POINTS))
def test_a_kill_at_any_point_leaves_one_mail(desk: Desk, point: int) -> None:
    desk.notes.fuse.kills = frozenset({point})
    carried = desk.carry_out()
    assert (carried.end, len(desk.google.accepted)) == ("sent", 1), carried
    assert desk.google.box.drafts == {}


@pytest.mark.parametrize("second", [1, 2, 3, 4, 6, 9])
@pytest.mark.parametrize("first", range(POINTS))
def test_a_second_kill_during_recovery_leaves_one_mail(desk: Desk, first: int, second: int) -> None:
    desk.notes.fuse.kills = frozenset({first, first + second})
    carried = desk.carry_out()
    assert (carried.end, len(desk.google.accepted)) == ("sent", 1), carried


@pytest.mark.parametrize("point", range(POINTS + 12))
def test_a_kill_while_an_edited_draft_is_replaced_leaves_one_mail(desk: Desk, point: int) -> None:
    draft = desk.drafted()
    desk.google.box.edit_draft(draft, mail.build(replace(ANSWER, text="Come at midnight.\n")))
    desk.notes.fuse.kills = frozenset({desk.notes.fuse.passed + point})
    carried = desk.carry_out()
    assert (carried.end, len(desk.google.accepted)) == ("sent", 1), carried
    assert mail.read(desk.google.accepted[0].raw).text == ANSWER.text.strip("\n")


@pytest.mark.parametrize("point", range(POINTS))
def test_a_kill_is_survived_where_message_ids_are_rewritten(desk: Desk, point: int) -> None:
    desk.google.box.rewrites_ids, desk.google.box.search_lag = True, 1000
    desk.notes.fuse.kills = frozenset({point})
    carried = desk.carry_out()
    assert (carried.end, len(desk.google.accepted)) == ("sent", 1), carried


@pytest.mark.parametrize("seed", range(40))
def test_troubles_and_kills_together_never_send_twice_and_are_told_honestly(hasty: Desk, seed: int) -> None:
    chance = Random(seed)
    hasty.google.script.update({each: deque(chance.choices(QUICK, k=chance.randrange(5))) for each in ALL})
    hasty.notes.fuse.kills = frozenset(chance.sample(range(60), 4))
    hasty.google.box.rewrites_ids, hasty.google.box.search_lag = chance.random() < 0.5, chance.choice([0, 1000])
    carried = hasty.carry_out()
    assert len(hasty.google.accepted) in HONEST[carried.end], carried


@pytest.mark.parametrize(
    "changes",
    [
        {"to": (Address("", "evil@example.com"),)},
        {"bcc": (*ANSWER.bcc, Address("", "spy@example.com"))},
        {"subject": "Re: Opening  hours!"},
        {"text": "Hello Anna,\n\nwe open at 10.\n"},
        {"attachments": ()},
        {"key": "t9-g1.i"},
    ],
)
def test_a_draft_that_somebody_changed_is_made_anew_and_never_sent(desk: Desk, changes: dict[str, Any]) -> None:
    draft = desk.drafted()
    desk.google.box.edit_draft(draft, mail.build(replace(ANSWER, **changes)))
    desk.send()
    assert mail.differing(MESSAGE, desk.google.box.message(desk.sent[0]).raw) == ()
    assert len(desk.google.accepted) == 1
    assert desk.google.box.drafts == {}


def test_a_mailbox_that_changes_every_draft_gets_none_sent(desk: Desk) -> None:
    keep = desk.google.box.put
    desk.google.box.put = lambda raw, *rest: keep(raw.replace(b"at 9", b"at 8"), *rest)  # type: ignore[method-assign]
    with pytest.raises(Permanent, match="as you approved it \\(text would change\\)"):
        desk.send()
    assert desk.google.accepted == []
    assert desk.google.box.drafts == {}


@pytest.mark.parametrize("trouble", ["drafts.create", "drafts.send"])
def test_the_draft_of_a_generation_that_was_taken_back_is_not_left_lying(desk: Desk, trouble: str) -> None:
    desk.google.fails(trouble, "accept-drop" if trouble == "drafts.create" else "429")
    with pytest.raises(Transient):
        desk.send()
    key = KEY.replace("g1", "g2")
    again = mail.build(replace(ANSWER, text="Better.\n", key=key, message_id=ANSWER.message_id.replace("g1", "g2")))
    desk.channel().send(again, title="", key=key)
    assert [mail.read(each.raw).text for each in desk.google.accepted] == ["Better."]
    assert desk.google.box.drafts == {}


def test_a_draft_that_the_person_deleted_is_asked_about(desk: Desk) -> None:
    desk.google.box.delete_draft(desk.drafted())
    carried = desk.carry_out()
    assert (carried.end, carried.looks) == ("nobody can tell", LOOKS)
    assert "Did you delete one of them" in carried.said
    assert desk.google.accepted == []


def test_a_draft_that_the_person_sent_is_found(desk: Desk) -> None:
    sent = desk.google.box.send_draft_by_hand(desk.drafted())
    carried = desk.carry_out()
    assert (carried.end, carried.said) == ("sent", f"message {sent} in thread {desk.question}")
    assert desk.google.accepted == []


def test_a_used_draft_is_never_sent_again(desk: Desk) -> None:
    desk.google.fails("drafts.send", "accept-drop")
    with pytest.raises(UnknownOutcome):
        desk.send()
    with pytest.raises(UnknownOutcome):
        desk.send()  # whoever did not look it up first
    assert isinstance(desk.look_up(), Found)
    assert len(desk.google.accepted) == 1


def test_what_is_in_sent_only_after_a_while_is_waited_for(desk: Desk) -> None:
    desk.google.fails("drafts.send", "accept-drop")
    with pytest.raises(UnknownOutcome):
        desk.send()
    (sent,) = desk.sent
    desk.google.box.messages[sent].labels.discard("SENT")
    with pytest.raises(Transient, match="not in Sent yet"):
        desk.look_up()
    desk.google.box.messages[sent].labels.add("SENT")
    assert isinstance(desk.look_up(), Found)


def test_nothing_begun_is_surely_absent_after_a_while(desk: Desk) -> None:
    assert desk.look_up() == Absent(timedelta(minutes=2))


def test_a_draft_that_waits_is_surely_unsent_after_a_while_and_the_same_is_sent_then(desk: Desk) -> None:
    draft = desk.drafted()
    assert desk.look_up() == Absent(timedelta(minutes=2))
    desk.send()
    assert desk.draft == draft
    assert len(desk.google.asked("drafts.create")) == 1


def test_what_was_noted_as_sent_needs_no_look(desk: Desk) -> None:
    receipt = desk.send()
    asked = len(desk.google.asked())
    found = desk.look_up()
    assert isinstance(found, Found)
    assert found.receipt.id == receipt
    assert len(desk.google.asked()) == asked


def test_more_sent_mails_than_anybody_looks_through_are_the_persons_to_look_at(desk: Desk) -> None:
    for number in range(501):
        desk.google.send_by_hand(b"To: x@example.com\r\nMessage-ID: <%d@x>\r\nSubject: x\r\n\r\nx\r\n" % number)
    desk.notes.put(KEY, "asked", "x")
    assert isinstance(desk.look_up(), CannotTell)


def test_mails_sent_long_before_are_not_looked_through(desk: Desk) -> None:
    for number in range(50):
        raw = b"To: x@example.com\r\nMessage-ID: <%d@x>\r\nSubject: x\r\n\r\nx\r\n" % number
        desk.google.box.put(raw, {"SENT"}, None, NOON - timedelta(days=2))
    desk.look_up()
    assert len(desk.google.asked()) == 3


@pytest.mark.parametrize("refused", ["anna@example.com", "dora@example.com"])
def test_an_address_that_gmail_refuses_ends_it_and_leaves_no_draft(desk: Desk, refused: str) -> None:
    desk.google.box.refused.add(refused)
    with pytest.raises(Permanent, match=r"Gmail refused to send it \(400\)"):
        desk.send()
    assert desk.google.box.drafts == {}


def test_a_login_that_ended_makes_the_mail_wait_with_what_to_do(desk: Desk) -> None:
    desk.google.revoke()
    with pytest.raises(Transient, match="employee connect gmail"):
        desk.send()
    with pytest.raises(Transient, match="employee connect gmail"):
        desk.look_up()
    assert desk.google.accepted == []


def test_a_login_that_ends_between_draft_and_sending_sends_the_same_draft_later(desk: Desk) -> None:
    draft = desk.drafted()
    desk.google.revoke()
    with pytest.raises(Transient):
        desk.send()
    desk.account = desk.google.account()
    desk.send()
    assert (desk.draft, len(desk.google.accepted)) == (draft, 1)


def test_an_account_that_may_only_read_makes_the_mail_wait(desk: Desk) -> None:
    desk.account = desk.google.account(scopes=(READONLY,))
    with pytest.raises(Transient, match="without the permission"):
        desk.send()


def test_a_token_that_is_too_old_is_renewed_in_the_middle(desk: Desk) -> None:
    channel = desk.channel()
    desk.google.fails("drafts.send", "429")
    with pytest.raises(Transient):
        channel.send(MESSAGE, title="", key=KEY)
    desk.google.expire_tokens()
    desk.send()
    assert len(desk.google.accepted) == 1


def test_how_long_google_wants_to_be_left_alone_is_told(desk: Desk) -> None:
    desk.google.fails("drafts.send", "429")
    with pytest.raises(Transient) as told:
        desk.send()
    assert told.value.retry_after == timedelta(seconds=7)


def test_nobody_there_means_nothing_was_sent(desk: Desk) -> None:
    desk.google.close()
    with pytest.raises(Transient):
        desk.send()


def test_no_error_repeats_what_the_mail_says(desk: Desk) -> None:
    desk.google.fails("drafts.send", "400")
    with pytest.raises(Permanent) as told:
        desk.send()
    assert "every day" not in str(told.value)
    assert "anna" not in str(told.value)
