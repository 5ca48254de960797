"""`approve`, `reject`, `undo`, `retry` as typed."""

from __future__ import annotations

import os
import pty
from pathlib import Path

import pytest

from tests.cli.terminal import MAIL, Terminal

OTHER = MAIL.replace("<1@", "<2@").replace("Opening hours", "Prices")


def test_approve_says_what_happens_and_that_nothing_runs(terminal: Terminal) -> None:
    draft = terminal.draft()
    done = terminal.say("approve", draft)
    assert "Answer by mail to anna@example.com, “Re: Opening hours”" in done.stdout
    assert "the next `employee run` acts on it" in done.stderr


def test_an_approved_draft_is_sent_once_by_the_next_run(terminal: Terminal) -> None:
    terminal.ok("approve", terminal.draft()[:4])
    terminal.work()
    terminal.work()
    assert len(list((terminal.vault / "Outbox").glob("*.eml"))) == 1


def test_approve_of_what_is_done_refuses_with_the_receipt(terminal: Terminal) -> None:
    draft = terminal.draft()
    terminal.ok("approve", draft)
    terminal.work()
    done = terminal.say("approve", draft)
    assert done.exit_code == 1
    assert "already carried out: saved, Outbox/" in done.stderr


def test_approve_without_ids_is_wrong_usage(terminal: Terminal) -> None:
    assert terminal.say("approve").exit_code == 2


def test_approve_all_low_risk_leaves_the_others(terminal: Terminal) -> None:
    terminal.draft()
    terminal.draft("Packing list\n\nTwo tables.\n", "list.md")
    risks = {note["id"]: note["risk"] for note in terminal.json("list")["notes"]}
    said = terminal.ok("approve", "--all-low-risk", "--yes")
    assert sorted(line.partition(":")[0] for line in said.splitlines()) == sorted(
        name for name, risk in risks.items() if risk == "low"
    )
    assert "low" in risks.values()
    assert "medium" in risks.values()


def test_approve_all_low_risk_of_nothing_is_fine(terminal: Terminal) -> None:
    done = terminal.say("approve", "--all-low-risk")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "No draft of low risk waits" in done.stderr


def test_what_can_be_decided_counts_though_another_id_is_wrong(terminal: Terminal) -> None:
    draft = terminal.draft()
    done = terminal.say("approve", "tnothing", draft)
    assert done.exit_code == 1
    assert draft in done.stdout
    assert "There is no task or draft tnothing" in done.stderr


def test_an_older_generation_cannot_be_decided(terminal: Terminal) -> None:
    draft = terminal.draft()
    terminal.ok("reject", draft, "--reason", "shorter")
    terminal.work()
    assert terminal.waiting() == [f"{draft}-g2"]
    done = terminal.say("approve", f"{draft}-g1")
    assert done.exit_code == 1
    assert f"{draft}-g2" in done.stderr


def test_reject_of_what_is_to_be_ignored_makes_no_other_draft(terminal: Terminal) -> None:
    draft = terminal.draft()
    assert "It will not be carried out" in terminal.ok("reject", draft, "--reason", "ignore, phishing")
    terminal.work()
    assert terminal.waiting() == []
    (closed,) = terminal.notes("Done")
    assert "want no other" in closed.read_text(encoding="utf-8")
    terminal.ok("retry", draft)
    terminal.work()
    assert terminal.waiting() == [f"{draft}-g2"]


def test_reject_with_a_reason_makes_a_new_draft(terminal: Terminal) -> None:
    draft = terminal.draft()
    assert "You get a new draft" in terminal.ok("reject", draft, "--reason", "add: On Saturdays we are closed.")
    terminal.work()
    assert "On Saturdays we are closed." in terminal.ok("show", draft)


def test_reject_without_a_reason_ends_it(terminal: Terminal) -> None:
    draft = terminal.draft()
    terminal.ok("reject", draft)
    terminal.work()
    assert terminal.waiting() == []
    assert "was rejected" in terminal.say("approve", draft).stderr


def test_undo_takes_back_a_yes_that_nobody_acted_on_yet(terminal: Terminal) -> None:
    draft = terminal.draft()
    terminal.ok("approve", draft)
    terminal.ok("undo", draft)
    terminal.work()
    assert terminal.waiting() == [draft]
    assert not list((terminal.vault / "Outbox").glob("*.eml"))


def test_undo_without_a_yes_is_refused(terminal: Terminal) -> None:
    done = terminal.say("undo", terminal.draft())
    assert done.exit_code == 1
    assert "nothing to undo" in done.stderr


def test_approve_tells_how_long_it_can_be_undone(slow: Terminal) -> None:
    draft = slow.draft()
    assert f"`employee undo {draft}` takes it back within 60 min" in slow.ok("approve", draft)


def test_retry_of_a_closed_task_has_it_worked_on_again(terminal: Terminal) -> None:
    terminal.draft()
    terminal.drop(name="again.eml")
    terminal.work()
    closed = terminal.json("list", "done")["notes"][0]["id"]
    assert "worked on again" in terminal.ok("retry", closed)
    terminal.work()
    assert closed in terminal.waiting()


def test_retry_of_what_waits_is_refused(terminal: Terminal) -> None:
    assert "nothing to retry" in terminal.say("retry", terminal.draft()).stderr


def test_retry_of_a_draft_whose_note_is_gone_shows_it_again(terminal: Terminal) -> None:
    draft = terminal.draft()
    terminal.notes("Pending_Approval")[0].unlink()
    assert "you get it again to approve" in terminal.ok("retry", draft)
    terminal.work()
    assert terminal.waiting() == [f"{draft}-g2"]


def test_letters_that_fit_two_drafts_are_not_enough(terminal: Terminal) -> None:
    first = terminal.draft()
    terminal.draft(OTHER, "other.eml")
    done = terminal.say("approve", "t")
    assert done.exit_code == 1
    assert "Type more of the ID" in done.stderr
    assert first in done.stderr


def test_letters_that_fit_many_drafts_say_how_many_more(terminal: Terminal) -> None:
    for number in range(7):
        terminal.drop(LIST.replace("Two", f"{number}"), f"list-{number}.md")
    terminal.work()
    said = terminal.say("approve", "t").stderr
    assert " and 2 more. Type more of the ID." in said


def test_draft_of_one_vault_is_not_decided_through_another(terminal: Terminal, tmp_path: Path) -> None:
    draft = terminal.draft()
    terminal.ok("init", str(tmp_path / "second"))
    done = terminal.say("approve", "--vault", str(tmp_path / "second"), draft)
    assert done.exit_code == 78
    assert "already serves the vault" in done.stderr
    assert terminal.say("approve", "--vault", str(tmp_path / "nowhere"), draft).exit_code == 4


# --- what a yes by command looks at first

LIST = "Packing list\n\nTwo tables.\n"
CALL = "Call the printer about the posters\n"
INVOICE = """From: Tom Reuter <tom@tidewater.example>
To: me@company.example
Subject: Flyers
Message-ID: <7@tidewater.example>

Hello, please send us the invoice for the flyers.
Tom
"""


def edit(terminal: Terminal, old: str, new: str) -> None:
    note = terminal.notes("Pending_Approval")[0]
    text = note.read_text(encoding="utf-8")
    assert old in text, text
    note.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_draft_in_which_something_is_missing_is_refused_at_once(terminal: Terminal) -> None:
    draft = terminal.draft(CALL, "call.md")
    done = terminal.say("approve", draft)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"{draft} is not approved. It cannot be done as it stands" in done.stderr
    terminal.work()
    assert terminal.waiting() == [draft]


def test_invoice_with_a_question_mark_is_refused_at_once(terminal: Terminal) -> None:
    draft = terminal.draft(INVOICE, "invoice.eml")
    assert "?" in terminal.notes("Pending_Approval")[0].read_text(encoding="utf-8").partition("## Draft")[2]
    done = terminal.say("approve", draft)
    assert done.exit_code == 1
    assert f"{draft} is not approved." in done.stderr


def test_changed_property_is_said_to_be_shown_again(terminal: Terminal) -> None:
    draft = terminal.draft()
    edit(terminal, "\n  - anna@example.com", "\n  - berta@example.com")
    said = terminal.ok("approve", draft)
    assert f"{draft}: you get it again to approve. You changed “to” in the properties" in said
    terminal.work()
    assert terminal.waiting() == [f"{draft}-g2"]


def test_note_that_cannot_be_read_is_refused_with_the_reason(terminal: Terminal) -> None:
    draft = terminal.draft()
    edit(terminal, "\n## Draft\n", "\n")
    done = terminal.say("approve", draft)
    assert done.exit_code == 1
    assert "the line `## Draft` is missing" in done.stderr


def test_yes_by_command_is_to_the_draft_that_was_there(terminal: Terminal) -> None:
    draft = terminal.draft()
    terminal.ok("approve", draft)
    (note,) = (terminal.vault / "Pending_Approval").glob("*.md")
    note.write_text(note.read_text().replace("Thank you", "No thanks"))
    terminal.ok("run", "--once")
    assert not list((terminal.vault / "Outbox").glob("*.eml"))
    (again,) = (terminal.vault / "Pending_Approval").glob("*.md")
    assert "The draft was changed after you approved it by command." in again.read_text()
    terminal.ok("approve", f"{draft}-g2")
    terminal.ok("run", "--once")
    assert len(list((terminal.vault / "Outbox").glob("*.eml"))) == 1


@pytest.mark.parametrize("words", [["approve", "--all-low-risk"], ["approve", "ID"]], ids=["all", "one"])
def test_draft_whose_note_was_deleted_is_never_approved(terminal: Terminal, words: list[str]) -> None:
    draft = terminal.draft(LIST, "list.md")
    terminal.notes("Pending_Approval")[0].unlink()
    done = terminal.say(*(draft if word == "ID" else word for word in words))
    assert done.stdout == ""
    assert "not approved" in done.stderr.lower()
    terminal.work()
    assert not list((terminal.vault / "Documents").glob("*"))


def test_all_low_risk_names_what_it_is_about_to_approve(terminal: Terminal) -> None:
    draft = terminal.draft(LIST, "list.md")
    done = terminal.say("approve", "--all-low-risk", "--yes")
    assert done.stderr.splitlines()[:2] == [
        "With this you approve:",
        f"  {draft}: Document, “Keep: Packing list”, low risk",
    ]
    assert f"{draft}: approved" in done.stdout


def test_all_low_risk_approves_nothing_when_nobody_is_there_to_ask(terminal: Terminal) -> None:
    draft, other = terminal.draft(LIST, "list.md"), terminal.draft()
    done = terminal.say("approve", "--all-low-risk", other)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Nothing was approved. Nobody is there to ask. Add --yes" in done.stderr
    assert set(terminal.waiting()) == {draft, other}


@pytest.mark.parametrize(("answer", "approved"), [(b"n\n", False), (b"y\n", True)])
def test_all_low_risk_asks_at_a_terminal(terminal: Terminal, answer: bytes, *, approved: bool) -> None:
    terminal.draft(LIST, "list.md")
    person, program = pty.openpty()
    process = terminal.process("approve", "--all-low-risk", stdin=program)
    os.write(person, answer)
    said, asked = process.communicate(timeout=240)
    assert "Approve 1 draft? [y/N]" in asked
    assert ("approved" in said) is approved
    assert process.returncode == 0
    os.close(person)
    os.close(program)


def test_end_of_a_question_says_that_nothing_was_done(terminal: Terminal) -> None:
    terminal.draft(LIST, "list.md")
    person, program = pty.openpty()
    process = terminal.process("approve", "--all-low-risk", stdin=program)
    os.write(person, b"\x04")
    said, asked = process.communicate(timeout=240)
    assert said.strip() == ""
    assert "Nothing was approved." in asked
    assert process.returncode == 1
    os.close(person)
    os.close(program)
