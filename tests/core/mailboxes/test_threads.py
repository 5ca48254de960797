"""What a message means for its thread, one rule each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from daemon.core.mail import Address, Mail
from daemon.core.mailboxes import threads
from daemon.core.mailboxes.threads import Answered, Meaning, New, Unrelated
from daemon.core.mailboxes.values import IGNORE, Letter, Origin
from tests.agents.factories import letter

ME, ANNA, TOM = "me@company.example", "anna@example.com", "tom@example.com"
OWN = {ME}


def mail(sender: str = ANNA, **changes: Any) -> Mail:
    people = {name: tuple(Address("", each) for each in changes.pop(name, ())) for name in ("to", "cc")}
    usual = {"message_id": "<2@x>", "references": ("<1@x>",), "in_reply_to": "<1@x>", "subject": "Re: Hours"}
    return letter("…", **(usual | {"sender": Address("", sender)} | people | changes))


def known(task: str = "t1", message_id: str = "<1@x>", **changes: Any) -> Letter:
    plain = Letter("imap.me", message_id, "<1@x>", message_id, sent=False, task=task, path="", people=(ANNA, ME))
    return replace(plain, **({"title": "hours"} | changes))


def origin(*, sent: bool = False, labels: tuple[str, ...] = (), thread: str = "") -> Origin:
    return Origin("imap.me", ME, "7", thread, sent, frozenset(labels))


def means(message: Mail, *thread: Letter, sent: bool = False, labels: tuple[str, ...] = ()) -> Meaning:
    return threads.means(message, origin(sent=sent, labels=labels), thread, own=OWN)


def test_a_newer_mail_answers_for_the_one_that_waits() -> None:
    assert means(mail(), known()) == New((known(),))


def test_a_thread_without_a_task_waits_for_nothing() -> None:
    assert means(mail(), known(task="")) == New()


@pytest.mark.parametrize("sender", ["eve@evil.example", ME])
def test_nobody_from_elsewhere_takes_the_place_of_who_waits(sender: str) -> None:
    assert means(mail(sender), known()) == New()
    assert not threads.belongs(mail(sender), origin(), [known()], own=OWN)


def test_who_is_left_out_waits_for_an_answer_of_their_own() -> None:
    before = known(people=(ANNA, ME, TOM))
    assert means(mail(TOM), before) == New()
    assert means(mail(TOM, cc=(ANNA,)), before) == New((before,))


def test_what_a_machine_wrote_answers_for_nobody() -> None:
    assert means(mail(automated="auto-replied"), known()) == New()


def test_hands_off_counts_for_all_of_a_thread() -> None:
    assert means(mail(), known(task="", shown=IGNORE)) == Unrelated()
    assert means(mail(), known(), labels=(IGNORE,)) == Unrelated()


def test_what_the_person_sends_answers_who_waits() -> None:
    assert means(mail(ME, to=(ANNA,)), known(), sent=True) == Answered(("t1",))


def test_answer_to_an_unknown_mail_that_is_told_again_does_not_answer_what_came_after_it() -> None:
    told = known(task="", message_id="<2@x>", sent=True, people=(ME, ANNA))
    answer = mail(ME, to=(ANNA,), in_reply_to="<gone@x>")
    assert means(answer, told, known(message_id="<3@x>"), sent=True) == Answered(())
    assert means(answer, known(message_id="<0@x>"), told, known("t3", "<3@x>"), sent=True) == Answered(("t1",))


def test_what_the_person_sends_answers_who_waits_also_where_they_said_hands_off() -> None:
    ignored, waits = known(task="", shown=IGNORE), known(message_id="<2@x>")
    answer = mail(ME, to=(ANNA,), in_reply_to="<2@x>")
    assert means(answer, ignored, waits, sent=True) == Answered(("t1",))


def test_what_the_person_sends_to_others_answers_nobody() -> None:
    assert means(mail(ME, to=(TOM,)), known(), sent=True) == Answered(())


def test_an_answer_to_an_earlier_mail_leaves_the_later_one() -> None:
    later = known("t2", "<3@x>")
    assert means(mail(ME, to=(ANNA,)), known(), later, sent=True) == Answered(("t1",))


def test_a_draft_for_a_later_mail_as_well_goes_on() -> None:
    assert means(mail(ME, to=(ANNA,)), known("t2"), known("t2", "<3@x>"), sent=True) == Answered(())


def test_a_thread_that_is_told_again_under_other_names_is_answered_as_before() -> None:
    asked, later = known(), known("t2", "<3@x>")
    again = replace(asked, remote="again")
    answer = mail(ME, to=(ANNA,))
    assert means(answer, asked, later, again, sent=True) == Answered(("t1",))
    assert means(answer, asked, again, sent=True) == Answered(("t1",))


def test_an_answer_that_names_no_mail_answers_all() -> None:
    unnamed = mail(ME, to=(ANNA,), in_reply_to="", references=())
    assert means(unnamed, known(), known("t2", "<3@x>"), sent=True) == Answered(("t1", "t2"))


def test_a_mail_whose_answer_was_seen_before_is_answered() -> None:
    assert means(mail(), known("", "<9@x>", sent=True, answers="<2@x>")) == Unrelated()


def test_ones_own_mail_comes_back_and_a_forger_of_its_name_is_a_stranger() -> None:
    mine = known("", "<2@x>", sent=True, people=(ME, ANNA))
    assert means(mail(ME), mine) == Unrelated()
    assert means(mail("eve@evil.example"), mine) == New()


def test_another_subject_is_another_thread() -> None:
    assert threads.belongs(mail(subject="AW: Hours"), origin(), [known()], own=OWN)
    assert not threads.belongs(mail(subject="Parking"), origin(), [known()], own=OWN)


def test_the_mailbox_knows_threads_best_but_not_what_the_person_answered() -> None:
    named = [known(thread="a")]
    assert next(iter(threads.candidates(mail(), origin(thread="b"), named))) == "b"
    assert next(iter(threads.candidates(mail(), origin(thread="b", sent=True), named))) == "a"


def test_very_many_references_are_cut_in_the_middle() -> None:
    found = threads.ancestors(mail(references=tuple(f"<{n}@x>" for n in range(10_000)), in_reply_to="<9999@x>"))
    assert (found[0], found[-1], len(found)) == ("<0@x>", "<9999@x>", 30)


def test_a_task_goes_along_whole_or_not_at_all() -> None:
    old = [known("t1", f"<{n}@x>") for n in range(20)]
    new = [known("t2", "<a@x>"), known("t2", "<b@x>")]
    assert threads.together([*old, *new]) == new
    assert threads.together(old) == old


@pytest.mark.parametrize("key", ["", "t1-g1.other", "t1-g1", "x"])
def test_only_our_own_keys_name_a_task(key: str) -> None:
    assert threads.drafted(key, "mine") == ""
    assert threads.drafted("t1-g2.mine", "mine") == "t1"


def test_who_names_the_mail_that_was_answered_is_not_answered_with_it() -> None:
    answer = known(task="", message_id="<mine@x>", sent=True, answers="<2@x>", people=(ME, ANNA))
    assert means(mail(), answer) == Unrelated()
    assert means(mail("eve@evil.example"), answer) == New()


def test_a_mail_that_is_seen_after_the_answer_to_what_was_written_upon_it_is_answered() -> None:
    """As a copy of one that was deleted, or marked with hands off, before anybody saw it."""
    upon, again = known("", "<3@x>", answers="<2@x>"), known("", "<4@x>", answers="<3@x>", people=(TOM, ME))
    answer = known("", "<mine@x>", sent=True, answers="<4@x>", people=(ME, ANNA, TOM))
    assert means(mail(), answer, again, upon) == Unrelated()
    assert means(mail(), upon, again) == New()
    assert means(mail(), upon, again, replace(answer, people=(ME, TOM))) == New()


def test_messages_that_answer_each_other_in_a_ring_end_nothing() -> None:
    ring = known("", "<3@x>", answers="<2@x>"), known("", "<2@x>", answers="<3@x>")
    assert means(mail(), *ring) == New()


def test_a_mail_program_that_gives_two_mails_one_name_loses_none() -> None:
    first = known(task="t1", message_id="<2@x>")
    answer = known(task="", message_id="<mine@x>", sent=True, answers="<2@x>", people=(ME, ANNA))
    assert means(mail(), first, answer) == New((first,))


def test_a_question_to_somebody_in_copy_answers_nobody() -> None:
    in_copy, elsewhere = known(people=(ANNA, ME, TOM)), known(people=(ANNA, TOM, ME))
    assert means(mail(ME, to=(TOM,)), in_copy, sent=True) == Answered(())
    assert means(mail(ME, to=(TOM,)), elsewhere, sent=True) == Answered(("t1",))
