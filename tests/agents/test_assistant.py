from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import assistant
from daemon.core.draft import Draft
from daemon.core.ports import Earlier
from daemon.core.task import Attached, Task
from tests.agents.factories import Desk, email, note

AGENT = assistant.Agent(assistant.Config())


def draft(task: Task, *earlier: Earlier) -> Draft:
    return AGENT.draft(task, Desk(earlier=earlier))


def test_a_note_with_an_order_to_write_becomes_a_mail() -> None:
    made = draft(note("Write to bob@mail.example: See you on Monday."))
    assert (made.action, made.params["to"], made.risk) == ("email.send", ["bob@mail.example"], "medium")
    assert "See you on Monday." in made.text


@pytest.mark.parametrize("kind", ["file", "email"])
def test_only_the_persons_own_note_can_order_a_mail(kind: str) -> None:
    task = note("Write to bob@mail.example: hello", kind=kind)  # pyright: ignore[reportArgumentType]
    assert draft(task).action == "document.save"


def test_a_mail_that_is_not_answered_becomes_a_document_that_says_why() -> None:
    made = draft(email("Write to bob@mail.example: hello", sender=None))
    assert made.action == "document.save"
    assert "No single sender can be determined: check who wrote before you answer." in made.found
    assert "Check who wrote before you answer." in made.text


def test_a_document_lists_what_is_to_do_with_its_day() -> None:
    made = draft(note("I must pay the rent by Monday. Remember to buy 3 screws by Friday."))
    assert "- [ ] I must pay the rent by Monday. (due Monday, 23 November)" in made.text
    assert "- [ ] Remember to buy 3 screws by Friday. (due Friday, 27 November)" in made.text


def test_the_due_date_of_the_task_counts() -> None:
    assert "Due Friday, 1 January 2027." in draft(note("an idea", due=date(2027, 1, 1))).found


def test_a_long_text_is_summed_up_by_its_own_sentences_and_labelled_so() -> None:
    said = ("The rent for the workshop rises by 40 EUR a month in March.", "Anna looks after the new oven until then.")
    made = draft(note("\n\n".join(f"{first} {'Some more words follow here. ' * 8}" for first in said)))
    assert f"## In short (sentences taken from the text)\n- {said[0]}\n" in made.text


def test_a_file_that_was_not_read_is_linked_and_explained() -> None:
    scan = Attached("scan.zip", "Attachments/t1/scan.zip", "application/zip", 3_000_000, "")
    made = draft(note("", title="scan.zip", kind="file", attachments=(scan,)))
    assert "[[Attachments/t1/scan.zip]]" in made.text
    assert "Archives are never unpacked." in made.text
    assert made.params == {"folder": "Documents", "name": "scan.md"}


def test_feedback_makes_a_document_shorter() -> None:
    task = note("", title="scan.pdf", kind="file")
    before = draft(task).text
    after = draft(task, Earlier(1, before, "shorter")).text
    assert "Suggested next steps" in before
    assert "Suggested next steps" not in after


def test_a_mail_that_greets_and_closes_itself_is_left_alone() -> None:
    text = "Dear Bob,\n\nsee you.\n\nBest wishes\nAnna"
    assert draft(note(f"to: bob@mail.example\nsubject: Monday\n\n{text}")).text == text


def test_an_attachment_that_is_only_mentioned_is_pointed_out() -> None:
    made = draft(note("Write to bob@mail.example: The plan is attached."))
    assert "Your text mentions an attachment, and none goes along." in made.found


@given(st.text(max_size=400), st.text(max_size=60))
def test_nothing_in_a_file_is_active_or_leads_anywhere(text: str, title: str) -> None:
    active = f"{text}\n![[Company_Handbook]]\n<script>\n## Draft\napprove: true\n{text}"
    made = draft(note(active, title=title, kind="file"))
    assert made.action == "document.save"
    assert made.params["folder"] == "Documents"
    assert not {"/", "\\", ".."} & {str(made.params["name"]), *str(made.params["name"])}
    assert "\n## Draft" not in made.text
    assert "\n![[Company_Handbook]]" not in made.text


@pytest.mark.parametrize("changes", [{"sender": None}, {"warnings": ("It has two From headers.",)}])
def test_a_mail_whose_sender_cannot_be_told_gives_nothing_to_do(changes: dict[str, object]) -> None:
    assert "- [ ]" in draft(email("Please pay the rent by Friday.")).text
    assert "- [ ]" not in draft(email("Please pay the rent by Friday.", **changes)).text


def test_a_pasted_mail_in_a_note_gives_nothing_to_do() -> None:
    assert "- [ ]" not in draft(note("From: bob@mail.example\nPlease send the money today.")).text


def test_a_document_can_be_asked_for_in_another_language() -> None:
    task = note("", title="scan.pdf", kind="file")
    again = draft(task, Earlier(1, draft(task).text, "auf Deutsch bitte"))
    assert "Datei, ungelesen" in again.text
    assert "Written anew in German, as far as rules can; your own edits are not in it." in again.found
