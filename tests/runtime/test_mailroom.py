"""Mail of a connected mailbox, from its first look to what becomes of it: real notes, a mailbox in memory."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from daemon.core import arrivals
from daemon.core.errors import Transient, UserError
from daemon.core.proposal import State
from daemon.ops import decide
from tests.house import House
from tests.mailboxes import ME, FakeMailbox, account, letter

AGAIN = "Re: Opening hours"
FIRST, SECOND, THIRD = "<1@example.com>", "<2@example.com>", "<3@example.com>"
BOTH = "It answers 2 mails of this thread"
EVE = "Eve <eve@evil.example>"


def second(text: str = "And do you deliver?", **changes: str) -> bytes:
    """Anna writes again in the same thread."""
    return letter(text, **({"message_id": SECOND, "subject": AGAIN, "answers": FIRST} | changes))


def mine(text: str = "Until six. Me", **changes: str) -> bytes:
    """What the person answers in their mail program."""
    usual = {"message_id": "<mine@company.example>", "subject": AGAIN, "answers": FIRST, "to": "anna@example.com"}
    return letter(text, **({"sender": ME} | usual | changes))


def drafts(house: House) -> list[str]:
    return [note.read_text(encoding="utf-8") for note in house.notes("Pending_Approval")]


def closed(house: House) -> list[str]:
    return [note.read_text(encoding="utf-8") for note in house.notes("Done")]


@pytest.fixture
def waiting(house: House) -> House:
    """A draft for Anna's mail waits."""
    house.mailbox.deliver(letter())
    house.run()
    return house


# --- once each, and shown


def test_a_mail_becomes_a_draft_and_its_answer_leaves_once_through_its_mailbox(waiting: House) -> None:
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert len(waiting.sent) == 1
    assert waiting.provider.accepted == []
    assert waiting.counts() == {"Done": 1}


def test_what_was_sent_lies_in_sent_and_is_no_answer_by_hand(waiting: House) -> None:
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    waiting.pass_time(timedelta(minutes=6))
    waiting.run()
    assert waiting.counts() == {"Done": 1}
    assert "outcome: sent" in waiting.note("Done").read_text()


def test_each_state_is_shown_in_the_mailbox(house: House) -> None:
    remote = house.mailbox.deliver(letter())
    house.run()
    assert house.mailbox.labels(remote) == {"AI/Draft ready"}
    house.move("Pending_Approval", "Approved")
    house.run()
    assert house.mailbox.labels(remote) == {"AI/Done"}


def test_a_look_with_nothing_new_makes_one_request(waiting: House) -> None:
    before = len(waiting.mailbox.requests)
    waiting.pass_time(timedelta(minutes=6))
    waiting.run()
    assert waiting.mailbox.requests[before:] == ["changes"]


def test_a_mail_in_two_mailboxes_is_one_task(house: House) -> None:
    other = house.connect(FakeMailbox(account("anna@private.example")))
    remotes = [box.deliver(letter(to=f"{ME}, anna@private.example")) for box in (house.mailbox, other)]
    house.run()
    assert house.counts() == {"Pending_Approval": 1}
    assert [box.labels(remote) for box, remote in zip((house.mailbox, other), remotes, strict=True)] == [
        {"AI/Draft ready"}
    ] * 2


def test_a_mail_that_was_dropped_as_well_is_answered_once(house: House) -> None:
    house.drop("hours.eml", letter())
    house.mailbox.deliver(letter())
    house.run()
    assert len(drafts(house)) == 1


def test_all_messages_told_again_change_nothing(waiting: House) -> None:
    waiting.mailbox.deliver(second())
    waiting.run()
    waiting.mailbox.rename()
    waiting.mailbox.stirred = True
    waiting.run()
    assert waiting.counts() == {"Pending_Approval": 1, "Done": 1}
    assert BOTH in drafts(waiting)[0]


def test_the_cursor_stays_while_something_could_not_be_kept(waiting: House) -> None:
    letters = waiting.app.ledger.letters(waiting.mailbox.account.name)
    before = letters.cursor
    waiting.mailbox.deliver(second())
    waiting.mailbox.troubles.append(Transient("429 slow down"))
    waiting.mailboxes.step(waiting.clock.now())
    assert letters.cursor == before
    waiting.run()
    assert letters.cursor != before


def test_a_mail_without_message_id_is_a_task(house: House) -> None:
    house.mailbox.deliver(letter(message_id=""))
    house.run()
    assert house.counts() == {"Pending_Approval": 1}


def test_one_message_id_with_two_contents_hides_nothing(house: House) -> None:
    house.mailbox.deliver(letter())
    house.mailbox.deliver(letter("Please change my address.", sender=EVE))
    house.run()
    assert house.counts() == {"Pending_Approval": 2}


@pytest.mark.parametrize(("sent", "counts"), [(0, {"Failed": 1}), (1, {})])
def test_a_mail_that_cannot_be_read_says_so_unless_the_person_wrote_it(
    house: House, sent: int, counts: dict[str, int]
) -> None:
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(40))
    house.mailbox.deliver(f"From: x@y.example\n{nested}".encode(), sent=bool(sent))
    house.run()
    assert house.counts() == counts


# --- a newer mail in the thread


@pytest.mark.parametrize("threads", [0, 1])
def test_a_newer_mail_gets_one_draft_that_answers_both(house: House, threads: int) -> None:
    box = house.connect(FakeMailbox(threads=bool(threads)))
    remotes = [box.deliver(letter())]
    house.run()
    remotes.append(box.deliver(second()))
    house.run()
    (draft,) = drafts(house)
    assert BOTH in draft
    assert "when are you open on Saturday?" in draft
    assert "one draft answers both." in closed(house)[0]
    assert [box.labels(remote) for remote in remotes] == [{"AI/Draft ready"}] * 2


def test_mails_that_came_together_get_one_draft(house: House) -> None:
    for data in (letter(), second(), second("And on Monday?", message_id=THIRD, answers=f"{FIRST} {SECOND}")):
        house.mailbox.deliver(data)
    house.run()
    assert len(drafts(house)) == 1
    assert "It answers 3 mails of this thread" in drafts(house)[0]
    assert house.counts() == {"Pending_Approval": 1, "Done": 2}


def test_what_went_along_once_goes_along_again(waiting: House) -> None:
    for data in (second(), second("And on Monday?", message_id=THIRD, answers=f"{FIRST} {SECOND}")):
        waiting.mailbox.deliver(data)
        waiting.run()
    assert len(drafts(waiting)) == 1
    assert "when are you open on Saturday?" in drafts(waiting)[0]


def test_the_answer_to_all_leaves_once(waiting: House) -> None:
    waiting.mailbox.deliver(second())
    waiting.run()
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert len(waiting.sent) == 1
    assert f"In-Reply-To: {SECOND}" in waiting.sent[0].decode()


def test_a_newer_mail_in_the_hold_time_stops_the_answer(slow_house: House) -> None:
    slow_house.mailbox.deliver(letter())
    slow_house.run()
    slow_house.move("Pending_Approval", "Approved")
    slow_house.manager.step(slow_house.clock.now())
    slow_house.mailbox.deliver(second())
    slow_house.run()
    assert slow_house.sent == []
    assert BOTH in drafts(slow_house)[0]


def test_a_newer_mail_about_an_answered_one_is_answered_alone(waiting: House) -> None:
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    waiting.mailbox.deliver(second())
    waiting.run()
    assert BOTH not in drafts(waiting)[0]


def test_thanks_that_come_while_a_draft_waits_do_not_end_it(waiting: House) -> None:
    waiting.mailbox.deliver(second("Thanks!"))
    waiting.run()
    assert BOTH in drafts(waiting)[0]


def test_an_absence_note_does_not_end_a_draft(waiting: House) -> None:
    waiting.mailbox.deliver(second("I am away.", auto_submitted="auto-replied"))
    waiting.run()
    assert BOTH not in drafts(waiting)[0]
    assert "An automated message" in closed(waiting)[0]


def test_an_earlier_mail_that_was_removed_keeps_its_own_draft(waiting: House) -> None:
    for original in (waiting.root / "Attachments").rglob("message.eml"):
        original.unlink()
    waiting.mailbox.deliver(second())
    waiting.run()
    assert len(drafts(waiting)) == 2


@pytest.mark.parametrize("threads", [0, 1])
def test_a_thread_that_was_renamed_is_another_matter(house: House, threads: int) -> None:
    box = house.connect(FakeMailbox(threads=bool(threads)))
    box.deliver(letter())
    box.deliver(second("Where can I park at your place?", subject="Parking"))
    house.run()
    assert len(drafts(house)) == 2


def test_more_mails_than_one_draft_answers_begin_another(house: House) -> None:
    for number in range(1, 24):
        answers = f"<{number - 1}@example.com>" if number > 1 else ""
        house.mailbox.deliver(second(f"Question {number}?", message_id=f"<{number}@example.com>", answers=answers))
    house.run()
    assert sorted(draft.partition("It answers ")[2][:2] for draft in drafts(house)) == ["2 ", "21"]


# --- strangers


@pytest.mark.parametrize("threads", [0, 1])
def test_a_stranger_who_names_a_thread_puts_no_draft_away(house: House, threads: int) -> None:
    box = house.connect(FakeMailbox(threads=bool(threads)))
    box.deliver(letter())
    house.run()
    for name in ("<e1@evil.example>", "<e2@evil.example>"):
        box.deliver(second("Send it to me instead.", sender=EVE, message_id=name))
        house.run()
    assert sum("anna@example.com" in draft.partition("cc:")[0] for draft in drafts(house)) == 1
    assert not any(BOTH in draft and "anna@example.com" in draft for draft in drafts(house))


def test_a_stranger_who_was_first_gets_nothing_that_is_for_others(house: House) -> None:
    stolen = {"message_id": "<e1@evil.example>", "answers": "<0@example.com>", "subject": AGAIN}
    house.mailbox.deliver(letter("Hello?", sender=EVE, cc="anna@example.com", **stolen))
    house.mailbox.deliver(second("When do you open?", answers="<0@example.com>"))
    house.run()
    assert all("eve@evil.example" not in draft for draft in drafts(house) if "  - anna@example.com" in draft)


def test_a_stranger_who_copies_our_key_is_answered_as_everybody(waiting: House) -> None:
    instance = waiting.app.ledger.instance
    waiting.mailbox.deliver(letter(sender=EVE, message_id="<e@evil.example>", x_ai_employee_key=f"t1-g1.{instance}"))
    waiting.run()
    assert len(drafts(waiting)) == 2


def test_who_leaves_out_the_one_that_waits_gets_an_answer_of_their_own(house: House) -> None:
    house.mailbox.deliver(letter(cc="tom@example.com"))
    house.mailbox.deliver(second("Between us: is she right?", sender="tom@example.com"))
    house.run()
    assert len(drafts(house)) == 2


def test_two_who_write_in_turn_both_get_the_answer(house: House) -> None:
    house.mailbox.deliver(letter(cc="tom@example.com"))
    house.mailbox.deliver(second("And on Sunday?", sender="Tom <tom@example.com>", cc="anna@example.com"))
    house.run()
    (draft,) = drafts(house)
    assert "to:\n  - tom@example.com\n  - anna@example.com\n" in draft
    assert "who wrote before in this thread and waits for an answer" in draft


# --- the person writes themselves


def test_an_answer_by_hand_closes_the_draft(waiting: House) -> None:
    waiting.mailbox.deliver(mine(), sent=True)
    waiting.run()
    assert waiting.counts() == {"Done": 1}
    assert "You answered it yourself, in your mail program." in closed(waiting)[0]


def test_an_answer_by_hand_in_the_hold_time_stops_the_other_one(slow_house: House) -> None:
    slow_house.mailbox.deliver(letter())
    slow_house.run()
    slow_house.move("Pending_Approval", "Approved")
    slow_house.manager.step(slow_house.clock.now())
    slow_house.mailbox.deliver(mine(), sent=True)
    slow_house.run()
    assert slow_house.sent == []
    assert slow_house.counts() == {"Done": 1}


@pytest.mark.parametrize("threads", [0, 1])
def test_an_answer_that_was_seen_before_its_mail_leaves_nothing_to_do(house: House, threads: int) -> None:
    box = house.connect(FakeMailbox(threads=bool(threads)))
    box.deliver(mine(), sent=True)
    box.deliver(letter())
    house.run()
    assert house.counts() == {}


def test_an_answer_to_the_first_mail_leaves_the_second_waiting(waiting: House) -> None:
    waiting.mailbox.deliver(second())
    waiting.mailbox.deliver(mine(), sent=True)
    waiting.run()
    assert len(drafts(waiting)) == 1


def test_a_mail_that_comes_after_the_answer_by_hand_is_answered_alone(waiting: House) -> None:
    waiting.mailbox.deliver(mine(), sent=True)
    waiting.mailbox.deliver(second(answers=f"{FIRST} <mine@company.example>"))
    waiting.run()
    assert BOTH not in drafts(waiting)[0]
    assert waiting.counts() == {"Pending_Approval": 1, "Done": 1}


def test_a_mail_that_is_only_forwarded_is_not_answered(waiting: House) -> None:
    waiting.mailbox.deliver(mine(to="tom@company.example", subject="Fwd: Opening hours"), sent=True)
    waiting.run()
    assert waiting.counts() == {"Pending_Approval": 1}


def test_a_draft_that_the_person_sent_themselves_is_closed(waiting: House) -> None:
    latest = waiting.app.ledger.proposals.open()[0]
    key = f"{latest.label}-g1.{waiting.app.ledger.instance}"
    waiting.mailbox.deliver(mine(answers="", x_ai_employee_key=key), sent=True)
    waiting.run()
    assert "You sent this draft yourself" in closed(waiting)[0]


def test_what_the_person_had_written_into_the_draft_is_kept(waiting: House) -> None:
    waiting.edit("Pending_Approval", "Thank you for your message.", "Until six, as always!")
    waiting.mailbox.deliver(mine(), sent=True)
    waiting.run()
    (done,) = closed(waiting)
    folder = done.partition("Your version of the draft is kept in ")[2].partition("/.")[0]
    assert any("Until six, as always!" in note.read_text() for note in (waiting.root / folder).glob("*.md"))


def test_a_mail_of_ones_own_that_comes_back_is_no_task(house: House) -> None:
    house.mailbox.deliver(mine(answers="", to="list@example.org"), sent=True)
    house.mailbox.deliver(mine(answers="", to="list@example.org"))
    house.run()
    assert house.counts() == {}


# --- hands off


def test_hands_off_closes_the_draft_and_leaves_the_mail_alone(house: House) -> None:
    remote = house.mailbox.deliver(letter())
    house.run()
    house.mailbox.ignore(remote)
    house.run()
    assert "You said hands off with AI/Ignore." in closed(house)[0]
    assert "AI/Done" not in house.mailbox.labels(remote)


def begun(house: House) -> str:
    """Anna's mail, of which a kill came between its task and the note that it was seen."""
    remote, arrival = house.mailbox.deliver(letter()), arrivals.mail("message.eml", letter(), source="imap")
    opened, _ = house.intake.opened(arrival)
    letters = house.app.ledger.letters(house.mailbox.account.name)
    letters.begin(remote, opened.source_key, ("anna@example.com", ME))
    house.intake.keep(arrival, house.clock.now())
    return remote


@pytest.mark.parametrize("told_again", [False, True])
def test_an_answer_to_a_mail_that_a_kill_left_unnoted_closes_its_task(house: House, *, told_again: bool) -> None:
    remote = begun(house)
    if not told_again:
        house.mailbox.remove(remote)
    house.mailbox.deliver(mine(), sent=True)
    house.run()
    assert house.counts() == {"Done": 1}
    assert "You answered it yourself" in closed(house)[0]


def test_a_mail_that_a_kill_left_unnoted_is_over_when_its_thread_is_hands_off_meanwhile(house: House) -> None:
    first = house.mailbox.messages.pop(begun(house))
    remote = house.mailbox.deliver(second())
    house.run()
    house.mailbox.ignore(remote)
    house.run()
    assert house.counts() == {"Pending_Approval": 1, "Done": 1}
    house.mailbox.deliver(first.data)
    house.run()
    assert house.counts() == {"Done": 2}


def test_a_mail_that_a_kill_left_unnoted_is_not_answered_by_forwarding_it(house: House) -> None:
    house.mailbox.remove(begun(house))
    house.mailbox.deliver(mine(to="tom@company.example", subject="Fwd: Opening hours"), sent=True)
    house.run()
    assert house.counts() == {"Pending_Approval": 1}


def test_hands_off_from_a_mail_that_a_kill_left_unnoted_closes_its_task(house: House) -> None:
    remote = begun(house)
    house.mailbox.ignore(remote)
    house.run()
    assert house.counts() == {"Done": 1}
    assert "You said hands off with AI/Ignore." in closed(house)[0]


def test_hands_off_counts_for_the_thread(house: House) -> None:
    house.mailbox.ignore(house.mailbox.deliver(letter()))
    house.run()
    assert house.counts() == {}
    remote = house.mailbox.deliver(letter(message_id=SECOND, subject="Another matter"))
    house.run()
    house.mailbox.ignore(remote)
    house.mailbox.deliver(second("Hello?", message_id=THIRD, answers=SECOND, subject="Re: Another matter"))
    house.run()
    assert drafts(house) == []


# --- what is no answer, and what comes late


def test_an_old_draft_that_is_approved_late_never_runs(waiting: House) -> None:
    note = waiting.note("Pending_Approval")
    copy = note.read_bytes()
    waiting.mailbox.deliver(mine(), sent=True)
    waiting.run()
    (waiting.root / "Approved" / note.name).write_bytes(copy)
    waiting.run()
    assert waiting.sent == []
    assert waiting.counts() == {"Done": 1}


def test_it_is_drafted_again_when_the_person_asks_for_it(waiting: House) -> None:
    ledger, task = waiting.app.ledger, waiting.task_of(waiting.note("Pending_Approval"))
    waiting.mailbox.deliver(mine(), sent=True)
    waiting.run()
    decide.decide(ledger, decide.find(ledger, task), "retry", waiting.clock.now())
    waiting.run()
    assert "generation: 2\n" in drafts(waiting)[0]


def test_a_yes_by_command_is_told_why_it_comes_too_late(waiting: House) -> None:
    ledger, task = waiting.app.ledger, waiting.task_of(waiting.note("Pending_Approval"))
    waiting.mailbox.deliver(mine(), sent=True)
    waiting.run()
    with pytest.raises(UserError, match=r"is over\. You answered it yourself, in your mail program"):
        decide.decide(ledger, decide.find(ledger, task), "approve", waiting.clock.now())


def test_news_about_what_was_sent_changes_nothing(waiting: House) -> None:
    task = waiting.task_of(waiting.note("Pending_Approval"))
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    waiting.mailbox.deliver(mine(), sent=True)
    waiting.run()
    latest = waiting.app.ledger.proposals.latest(task)
    assert latest
    assert latest.state is State.DONE
    assert waiting.app.ledger.decisions.open() == []


def test_an_invoice_that_was_asked_for_is_written_although_its_mail_was_answered(house: House) -> None:
    text = "Please send me an invoice for 2 oak chairs at 120.00 EUR each.\nAnna Example"
    house.mailbox.deliver(letter(text, subject="Invoice"))
    house.run()
    assert "action: invoice.create" in "\n".join(drafts(house))
    house.mailbox.deliver(mine(subject="Re: Invoice"), sent=True)
    house.run()
    assert "action: invoice.create" in "\n".join(drafts(house))
    assert house.app.ledger.decisions.open() == []


def test_an_answer_by_hand_is_known_of_an_outcome_that_is_not(waiting: House) -> None:
    task = waiting.task_of(waiting.note("Pending_Approval"))
    (channel,) = waiting.accounts.channels.values()
    channel.script, channel.blind = ["drop"], True
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    waiting.mailbox.deliver(mine(), sent=True)
    waiting.run()
    assert waiting.counts() == {"Needs_Review": 1}
    assert waiting.app.ledger.jottings.get(task, "answered") == "You answered it yourself, in your mail program."


# --- what a sender may try


def with_file(name: str, data: bytes = b"hi", **changes: str) -> bytes:
    """Anna's second mail, with a file."""
    message = message_from_bytes(second(**changes), policy=policy.default)
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


@pytest.mark.parametrize("name", ["earlier-{}-1.eml", " earlier-{}-1.eml", "EARLIER-{}-1.eml"])
def test_a_file_that_looks_like_an_earlier_mail_does_not_stand_for_it(waiting: House, name: str) -> None:
    (task,) = (path.name for path in (waiting.root / "Attachments").iterdir())
    (waiting.root / "Attachments" / task / "message.eml").unlink()
    waiting.mailbox.deliver(with_file(name.format(task)))
    waiting.run()
    assert waiting.counts() == {"Pending_Approval": 2}


def test_who_copies_the_name_of_a_mail_does_not_keep_its_answer_from_being_seen(waiting: House) -> None:
    waiting.mailbox.deliver(letter("Buy this", sender=EVE))
    waiting.run()
    waiting.mailbox.deliver(mine(), sent=True)
    waiting.run()
    assert waiting.counts() == {"Pending_Approval": 1, "Done": 1}
    assert "eve@evil.example" in drafts(waiting)[0]


def test_a_mail_under_the_name_of_one_that_was_answered_is_not_swallowed(waiting: House) -> None:
    waiting.mailbox.deliver(mine(), sent=True)
    waiting.run()
    waiting.mailbox.deliver(letter("Another question, by a program that gives all its mails one name."))
    waiting.run()
    assert waiting.counts() == {"Pending_Approval": 1, "Done": 1}


def test_what_came_in_weeks_without_a_look_is_taken_in_though_the_cursor_is_lost(house: House) -> None:
    house.mailbox.deliver(letter(), sent=True)
    house.run()
    house.pass_time(timedelta(days=10))
    house.mailbox.deliver(letter(message_id=SECOND))
    house.pass_time(timedelta(days=15))
    house.mailbox.forget()
    house.run()
    assert house.counts() == {"Pending_Approval": 1}


def test_a_long_look_without_a_cursor_that_breaks_off_leaves_nothing_out(house: House) -> None:
    house.mailbox.deliver(letter())
    house.run()
    remotes = list[str]()
    for day in range(1, 6):
        house.pass_time(timedelta(days=5))
        remotes.append(house.mailbox.deliver(letter(message_id=f"<day-{day}@example.com>", subject=f"Day {day}")))
    house.mailbox.forget()
    house.mailbox.unreadable = dict.fromkeys(remotes[1:4], Transient("the network is down"))
    house.run()
    house.mailbox.unreadable = {}
    house.pass_time(timedelta(minutes=10))
    house.run()
    assert house.counts() == {"Pending_Approval": len(remotes), "Rejected": 1}  # the first one expired


TWO = "Could you quote 10 oak tables?\nAnna"  # an offer to keep, and an answer to write


def test_an_answer_by_hand_closes_the_answer_beside_another_draft_too(house: House) -> None:
    house.mailbox.deliver(letter(TWO, subject="Quote please"))
    house.run()
    assert len(drafts(house)) == 2
    house.mailbox.deliver(mine(subject="Re: Quote please"), sent=True)
    house.run()
    (left,) = drafts(house)
    assert "action: document.save" in left
    assert any("You answered it yourself" in note for note in closed(house))


@pytest.fixture
def quoting(house: House) -> House:
    """Anna asks for a quote: an offer to keep waits, and the answer to her, as a task of its own."""
    house.mailbox.deliver(letter(TWO, subject="Quote please"))
    house.run()
    return house


def answers(house: House) -> list[str]:
    return [draft for draft in drafts(house) if "action: email.reply" in draft]


def approve(house: House, action: str) -> None:
    (note,) = (each for each in house.notes("Pending_Approval") if f"action: {action}" in each.read_text("utf-8"))
    note.rename(house.root / "Approved" / note.name)
    house.run()


def shown(house: House) -> set[str]:
    return house.mailbox.labels("inbox-1")


def more(text: str = "And do you deliver?", **changes: str) -> bytes:
    return second(text, **({"subject": "Re: Quote please"} | changes))


def test_a_newer_mail_puts_the_answer_beside_another_draft_away_and_leaves_the_offer(quoting: House) -> None:
    quoting.mailbox.deliver(more())
    quoting.run()
    (answer,) = answers(quoting)
    assert BOTH in answer
    assert "Could you quote 10 oak tables?" in answer
    assert any("| oak tables | 10 |" in draft for draft in drafts(quoting))


def test_a_third_mail_puts_both_away(quoting: House) -> None:
    for data in (more(), more("And on Monday?", message_id=THIRD, answers=f"{FIRST} {SECOND}")):
        quoting.mailbox.deliver(data)
        quoting.run()
    (answer,) = answers(quoting)
    assert "It answers 3 mails of this thread" in answer


def test_an_offer_that_is_decided_already_does_not_keep_the_old_answer(quoting: House) -> None:
    approve(quoting, "document.save")
    quoting.mailbox.deliver(more())
    quoting.run()
    (answer,) = answers(quoting)
    assert BOTH in answer


def test_an_offer_alone_is_no_answer_that_a_newer_mail_puts_away(quoting: House) -> None:
    approve(quoting, "email.reply")
    quoting.mailbox.deliver(more())
    quoting.run()
    assert BOTH not in answers(quoting)[0]
    assert any("| oak tables | 10 |" in draft for draft in drafts(quoting))


def test_an_answer_by_hand_to_the_newer_mail_leaves_no_answer_open(quoting: House) -> None:
    quoting.mailbox.deliver(more())
    quoting.run()
    quoting.mailbox.deliver(mine(subject="Re: Quote please", answers=f"{FIRST} {SECOND}"), sent=True)
    quoting.run()
    assert answers(quoting) == []
    assert drafts(quoting) != []


def test_a_mail_is_done_when_all_that_it_asks_for_is(quoting: House) -> None:
    approve(quoting, "document.save")
    assert shown(quoting) == {"AI/Draft ready"}
    approve(quoting, "email.reply")
    assert shown(quoting) == {"AI/Done"}


@pytest.fixture
def grouping(house: House) -> House:
    """Two copies of Anna's mail wait, and the server says that each has a thread of its own."""
    house.mailbox.threads = True
    for _ in range(2):
        house.mailbox.deliver(letter())
    house.run()
    return house


def test_an_answer_counts_in_the_thread_of_its_server_also_for_a_mail_that_is_told_later(grouping: House) -> None:
    grouping.mailbox.deliver(mine(answers=f"{FIRST} {SECOND}"), sent=True)
    grouping.run()
    grouping.mailbox.deliver(second())  # told late
    grouping.run()
    assert grouping.counts() == {"Done": 1}


def test_a_mail_joins_the_one_it_answers_before_a_thread_that_nothing_is_known_of(house: House) -> None:
    house.mailbox.threads = True
    ignored = house.mailbox.deliver(letter())
    house.mailbox.ignore(ignored)
    house.mailbox.deliver(letter())
    house.run()
    house.mailbox.deliver(second())
    house.run()
    assert house.counts() == {"Pending_Approval": 1, "Done": 1}
    house.mailbox.deliver(mine(answers=f"{FIRST} {SECOND}"), sent=True)
    house.run()
    assert house.counts() == {"Done": 2}
