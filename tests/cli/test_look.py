"""`status`, `list`, `show`."""

from __future__ import annotations

import re

import pytest

from daemon.core.errors import Outage
from daemon.runtime.heartbeat import Heartbeat
from tests.cli.terminal import Terminal


def test_status_before_anything_is_set_up_says_what_to_type(bare: Terminal) -> None:
    done = bare.say("status")
    assert done.exit_code == 4
    assert "`employee run` makes it" in done.stderr


def test_status_of_a_fresh_vault_is_fine_though_nothing_runs(terminal: Terminal) -> None:
    said = terminal.ok("status")
    assert "`employee run` starts it" in said
    assert str(terminal.vault) in said


def test_status_says_that_models_are_switched_off(terminal: Terminal) -> None:
    terminal.env["EMPLOYEE_LLM__OFFLINE"] = "true"
    assert "Models   switched off ([llm] offline)" in terminal.ok("status")


def test_status_lists_what_waits_with_the_commands_to_decide(terminal: Terminal) -> None:
    draft = terminal.draft()
    said = terminal.ok("status")
    assert f"employee approve {draft}" in said
    assert "Opening hours" in said


def test_status_shows_what_is_approved_and_until_when_it_can_be_undone(slow: Terminal) -> None:
    draft = slow.draft()
    slow.notes("Pending_Approval")[0].rename(slow.vault / "Approved" / slow.notes("Pending_Approval")[0].name)
    manager = slow.open()
    with manager.daemon(["manager"]) as daemon:
        daemon.roles[0].step(manager.clock.now())
        daemon.roles[0].close(manager.clock.now())
    manager.close()
    said = slow.say("status").stdout
    assert "Approved, not out yet" in said.partition("Vault")[2]
    assert draft in said


def test_status_as_json_holds_what_scripts_rely_on(terminal: Terminal) -> None:
    terminal.draft()
    said = terminal.json("status")
    assert said["schema_version"] == 1
    assert said["daemon"] == {"running": False, "roles": {}}
    assert said["counts"]["pending_approval"] == 1
    assert said["oldest_pending_seconds"] >= 0
    assert (said["paused"], said["problems"]) == (False, [])
    assert [job["name"] for job in said["next_jobs"]] == ["briefing"]
    assert {"counts", "cost", "connectors"} <= said.keys()


def test_status_ends_with_3_and_a_remedy_when_something_failed(terminal: Terminal) -> None:
    (terminal.vault / "Failed" / "NOTE_broken.md").write_text("---\n---\n")
    done = terminal.say("status")
    assert done.exit_code == 3
    assert "employee retry" in done.stdout


def test_status_of_a_vault_that_is_away_ends_with_3(terminal: Terminal) -> None:
    terminal.work()
    terminal.vault.rename(terminal.vault.with_name("away"))
    done = terminal.say("status")
    assert done.exit_code == 3
    assert "Connect its disk" in done.stdout


def test_status_of_a_stopped_program_with_work_ends_with_3(terminal: Terminal) -> None:
    draft = terminal.draft()
    assert terminal.say("status").exit_code == 0
    terminal.drop("later", "later.md")
    terminal.ok("approve", draft)
    done = terminal.say("status")
    assert done.exit_code == 3
    assert "this waits for it: 1 in Inbox/, 1 decided by command" in done.stdout
    assert "start it: `employee run`" in done.stdout
    assert [p["remedy"] for p in terminal.json("status")["problems"]] == ["start it: `employee run`"]


def test_status_of_a_vault_that_was_never_made_says_how_to_make_it(terminal: Terminal) -> None:
    terminal.work()
    done = terminal.say("status", "--vault", "/no/where at all")
    assert done.exit_code == 4
    assert "There is no vault at /no/where at all yet. `employee init '/no/where at all'` makes one." in done.stderr


def test_titles_from_outside_cannot_act_on_the_terminal(terminal: Terminal) -> None:
    terminal.draft("From: a@example.com\nTo: b@example.com\nSubject: =?utf-8?b?G1szMW1yZWQ=?= [bold]x\n\nHello?\n")
    said = terminal.ok("status") + terminal.ok("list") + terminal.ok("show", terminal.waiting()[0])
    assert "\x1b" not in said
    assert "[bold]" in said.replace("\\", "")


def test_list_of_an_empty_vault_says_how_to_give_work(terminal: Terminal) -> None:
    done = terminal.say("list")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "employee add" in done.stderr


def test_list_shows_drafts_and_what_still_lies_in_the_inbox(terminal: Terminal) -> None:
    draft = terminal.draft()
    terminal.drop("later", "later.md")
    lines = terminal.ok("list").splitlines()
    assert [line.split()[0] for line in lines] == ["ID", "Inbox", draft]


def test_list_takes_the_name_of_a_folder_as_people_type_it(terminal: Terminal) -> None:
    terminal.draft()
    assert terminal.json("list", "Pending approval")["notes"] == terminal.json("list", "pend")["notes"] != []


def test_list_of_an_unknown_folder_names_the_folders(terminal: Terminal) -> None:
    done = terminal.say("list", "outbox")
    assert done.exit_code == 2
    assert "Needs_Review" in done.stderr


def test_list_knows_a_draft_that_the_person_renamed(terminal: Terminal) -> None:
    draft = terminal.draft()
    note = terminal.notes("Pending_Approval")[0]
    note.rename(note.with_name("My answer.md"))
    assert [(n["id"], n["kind"]) for n in terminal.json("list")["notes"]] == [(draft, "draft")]


@pytest.mark.parametrize("generation", ["", "-g2"])
def test_list_takes_no_forged_note_for_the_draft_that_it_names(terminal: Terminal, generation: str) -> None:
    draft = terminal.draft()
    forged = terminal.vault / "Needs_Review" / f"EMAIL_REPLY_forged_{draft}{generation}.md"
    forged.write_text("---\napprove: true\n---\nPay Eve.\n")
    assert [(n["id"], n["kind"]) for n in terminal.json("list")["notes"]] == [(draft, "draft"), ("", "file")]


def test_show_tells_the_note_and_why_everything_happened(terminal: Terminal) -> None:
    draft = terminal.draft()
    terminal.ok("approve", draft)
    terminal.work()
    said = terminal.ok("show", draft[:5])
    assert "came in (email)" in said
    assert "approved: by command" in said
    assert "saved: Outbox/" in said
    assert "## Draft" in said
    assert "Done/" in said


def test_show_speaks_in_words_and_json_keeps_everything(terminal: Terminal) -> None:
    draft = terminal.draft()
    terminal.ok("reject", draft, "--reason", "shorter")
    terminal.work()
    terminal.ok("approve", draft)
    terminal.work()
    said, note = terminal.ok("show", draft), terminal.json("show", draft)["note"]
    assert "answer by mail, medium risk (second version)" in said
    assert "What: answer by mail" in said
    assert "To: anna@example.com" in said
    assert [word for word in ("email.reply", "confidence", "generation", "digest") if word in said] == []
    assert re.search("[0-9a-f]{64}", said) is None
    assert re.search("sha256:[0-9a-f]{64}", note)


def test_show_of_a_note_that_cannot_be_understood_shows_it_as_it_is(terminal: Terminal) -> None:
    draft = terminal.draft()
    note = terminal.notes("Pending_Approval")[0]
    note.write_text(note.read_text().replace("title:", "title: [", 1))
    assert "  title: [" in terminal.ok("show", draft)


def test_show_as_json_holds_note_and_history(terminal: Terminal) -> None:
    draft = terminal.draft()
    said = terminal.json("show", draft)
    assert (said["id"], said["generation"], said["state"]) == (draft, 1, "proposed")
    assert [event["kind"] for event in said["history"]] == ["ARRIVED", "PROPOSED"]
    assert said["path"].startswith("Pending_Approval/")
    assert "## Draft" in said["note"]


def test_show_of_a_deleted_note_shows_what_was_put_before_the_person(terminal: Terminal) -> None:
    draft = terminal.draft()
    terminal.notes("Pending_Approval")[0].unlink()
    said = terminal.ok("show", draft)
    assert "not in the vault" in said
    assert "What was put before you" in said


def test_show_of_a_closed_task_tells_why(terminal: Terminal) -> None:
    terminal.drop("List-Id: x\nFrom: a@example.com\nTo: b@example.com\nSubject: News\n\nBuy\n", "news.eml")
    terminal.work()
    task = terminal.json("list", "done")["notes"][0]["id"]
    assert "closed: An automated message" in terminal.ok("show", task)


def test_show_of_an_unknown_id_names_the_nearest(terminal: Terminal) -> None:
    draft = terminal.draft()
    done = terminal.say("show", draft[:-1] + "x")
    assert done.exit_code == 1
    assert draft in done.stderr


def test_status_shows_each_mailbox_and_tells_its_trouble_once(terminal: Terminal) -> None:
    opened = terminal.open()
    now = opened.clock.now()
    opened.secrets.put({"imap.bob": '{"address":"bob@example.com","smtp":{}}', "gmail.broken": "x"}, now)
    problem = "bob@example.com: the password is wrong. Connect it again: `employee connect imap`."
    Heartbeat(opened.places.beats, "imap", now).beat(now, problems=[problem])
    opened.close()
    shown = terminal.say("status").stdout
    assert "Mail     needs login: bob@example.com: see below\n" in shown
    assert (
        "Mail     needs login: gmail.broken cannot be read: connect it again with `employee connect gmail`\n" in shown
    )
    assert shown.count("the password is wrong") == 1


# --- what was said by command and nobody acted on yet


def test_rejected_draft_waits_no_more_although_nobody_put_it_away(terminal: Terminal) -> None:
    draft = terminal.draft()
    terminal.ok("reject", draft)
    said = terminal.say("status").stdout
    assert "Waiting for you: urgent first" not in said
    assert "You rejected it" in said.partition("Decided by you, not acted on yet")[2]
    assert "Pending_Approval (you rejected it)" in terminal.ok("list")
    assert "You rejected it at " in terminal.ok("show", draft)
    assert "AI Employee has not acted on it yet." in terminal.ok("show", draft)
    assert terminal.json("status")["decided"][0]["verdict"] == "reject"
    assert terminal.json("show", draft)["noted"] == "reject"


def test_yes_that_was_taken_back_is_not_called_approved(slow: Terminal) -> None:
    draft = slow.draft()
    slow.ok("approve", draft)
    opened = slow.open()
    with opened.daemon(["manager"]) as daemon:
        daemon.roles[0].step(opened.clock.now())
        daemon.roles[0].step(opened.clock.now())
    opened.close()
    assert "not carried out before" in slow.ok("show", draft)
    slow.ok("undo", draft)
    assert "You took your yes back at " in slow.ok("show", draft)
    assert slow.json("status")["held"] == []
    assert "already taken back" in slow.say("undo", draft).stderr
    assert "approved again: " in slow.ok("approve", draft)
    assert "You approved it at " in slow.ok("show", draft)


def look_once(terminal: Terminal) -> None:
    """The daemon looks once."""
    opened = terminal.open()
    with opened.daemon(["manager"]) as daemon:
        daemon.roles[0].step(opened.clock.now())
    opened.close()


def test_draft_whose_note_is_gone_is_counted_and_listed_alike(terminal: Terminal) -> None:
    draft = terminal.draft()
    terminal.notes("Pending_Approval")[0].unlink()
    look_once(terminal)
    said = terminal.say("status").stdout
    assert "Waiting for you: urgent first" not in said
    assert f"`employee retry {draft}` shows it to you again" in said
    assert f"`employee retry {draft}` shows it to you again" in terminal.ok("show", draft)


def test_show_of_what_is_over_does_not_speak_of_a_yes_to_come(terminal: Terminal) -> None:
    draft = terminal.draft()
    assert "If approved: Answer by mail" in terminal.ok("show", draft)
    terminal.ok("approve", draft)
    terminal.work()
    said = terminal.ok("show", draft)
    assert "If approved" not in said
    assert "Carried out: Answer by mail" in said


# --- what is wrong, and what to do


def test_remedy_stands_in_its_own_column(terminal: Terminal) -> None:
    terminal.draft()
    for note in terminal.notes("Pending_Approval"):
        note.unlink()
    (terminal.vault / "Pending_Approval").rmdir()
    opened = terminal.open()
    now = opened.clock.now()
    with opened.daemon(["manager"]) as daemon, pytest.raises(Outage) as gone:
        daemon.roles[0].step(now)
    Heartbeat(opened.places.beats, "manager", now).beat(now, problems=[str(gone.value)])
    opened.close()
    (problem,) = terminal.json("status")["problems"]
    assert problem["what"] == "Pending_Approval/ is gone, with 1 of your drafts"
    assert problem["remedy"].startswith("Put the folder back; if you deleted it, `employee init` makes it again")


@pytest.mark.parametrize(("place", "named"), [("Done/2026-03", "Done"), ("Failed", "Failed")])
def test_a_draft_that_was_moved_to_what_is_over_is_told_to_be_undecided(
    terminal: Terminal, place: str, named: str
) -> None:
    draft = terminal.draft()
    (note,) = terminal.notes("Pending_Approval")
    (terminal.vault / place).mkdir(parents=True, exist_ok=True)
    note.rename(terminal.vault / place / note.name)
    said = f"{draft} is not decided: its note was moved to {named}/"
    assert said in terminal.say("status").stdout
    assert said in terminal.say("list", named).stderr
    terminal.work()
    assert said in terminal.say("status").stdout
