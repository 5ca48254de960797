"""Status and dashboard: the truth, from files and ledger, with or without a daemon."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from daemon.core.errors import Transient
from daemon.core.minds.model import ModelError
from daemon.core.minds.question import Unanswered, Weight
from daemon.core.neutral import ours
from daemon.runtime import dashboard
from daemon.runtime.heartbeat import Heartbeat
from daemon.runtime.status import Problem, as_json, at_work
from tests.house import MAIL, House
from tests.minds import OWN, FakeModel, question


def beat(house: House, *, ago: timedelta = timedelta()) -> None:
    Heartbeat(house.app.places.beats, "manager", house.clock.now()).beat(house.clock.now() - ago)


def test_waiting_draft_is_counted_and_listed(house: House) -> None:
    house.arrive()
    house.run()
    house.pass_time(timedelta(hours=2))
    status = house.app.status()
    assert status.counts["pending_approval"] == 1
    assert status.oldest_pending == timedelta(hours=2)
    assert [p.title for p in status.pending] == ["Reply to Anna Example <anna@example.com>: Opening hours"]


def test_urgent_drafts_come_first_then_what_is_due_then_the_oldest(house: House) -> None:
    house.arrive(title="Old")
    house.run()
    house.pass_time(timedelta(hours=1))
    house.arrive(MAIL.replace(b"Opening", b"Due"), key="mail:3", title="Due")
    house.edit("Needs_Action", "due:\n", "due: 2026-03-12\n")
    house.arrive(MAIL.replace(b"Opening", b"Urgent"), key="mail:4", title="Urgent")
    house.edit_all("Needs_Action", "title: Urgent\npriority: normal", "title: Urgent\npriority: urgent")
    house.arrive(MAIL.replace(b"1@example", b"2@example"), key="mail:2", title="New")
    house.run()
    status = house.app.status()
    assert [p.title.rpartition(": ")[2] for p in status.pending] == [
        "Urgent hours", "Due hours", "Opening hours", "Opening hours",
    ]  # fmt: skip
    assert status.pending[2].proposed_at < status.pending[3].proposed_at
    assert status.oldest_pending == timedelta(hours=1)
    house.manager.tick(house.clock.now())
    board = (house.root / "Dashboard.md").read_text().partition("## Waiting for you\n")[2].splitlines()
    assert "(**urgent**, answer by mail, " in board[0]
    assert "(**due Thu 12 Mar**, answer by mail, " in board[1]


def test_draft_whose_task_is_away_is_listed_all_the_same(house: House) -> None:
    house.arrive()
    house.run()
    house.note("Attachments").unlink()
    house.restart()
    assert len(house.app.status().pending) == 1


def test_contract_of_the_json(house: House) -> None:
    told = as_json(house.app.status())
    assert {
        "schema_version",
        "daemon",
        "counts",
        "oldest_pending_seconds",
        "paused",
        "cost",
        "next_jobs",
        "connectors",
        "problems",
    } <= told.keys()
    counts = {
        "inbox",
        "needs_action",
        "in_progress",
        "pending_approval",
        "approved",
        "needs_review",
        "failed",
        "done_today",
    }
    assert isinstance(told["counts"], dict)
    assert counts <= set(cast("dict[str, int]", told["counts"]))


def test_living_role_runs(house: House) -> None:
    beat(house)
    assert house.app.status().roles["manager"].running


def test_silent_role_is_a_problem(house: House) -> None:
    beat(house, ago=timedelta(minutes=5))
    status = house.app.status()
    assert not status.running
    assert [p.remedy.rpartition(": ")[2] for p in status.problems] == ["`employee run`"]


def test_role_whose_process_is_there_but_silent_is_named_with_its_process(house: House) -> None:
    beat(house, ago=timedelta(seconds=10))
    problem = house.app.status().problems[0]
    assert "has been silent since" in problem.what
    assert str(os.getpid()) in problem.remedy


ALL: dict[str, int | None] = dict.fromkeys(("inbox", "gmail", "imap", "scheduler", "manager"), 7)


@pytest.mark.parametrize(
    ("running", "kinds", "said"),
    [
        (ALL, "", "inbox, scheduler, manager (process 7); no mailbox connected"),
        (ALL, "imap", "inbox, imap, scheduler, manager (process 7)"),
        (ALL, "gmail imap", "inbox, gmail, imap, scheduler, manager (process 7)"),
        ({"inbox": 7, "manager": 8}, "", "inbox (process 7), manager (process 8)"),
        ({"inbox": None, "gmail": None}, "gmail", "inbox, gmail"),
        ({"gmail": 7}, "imap", "no mailbox connected"),
        ({}, "imap", ""),
    ],
)
def test_a_role_without_a_mailbox_does_not_read_as_if_it_worked(
    running: dict[str, int | None], kinds: str, said: str
) -> None:
    assert at_work(running, kinds.split()) == said


def test_dashboard_of_a_stopped_daemon_says_so(house: House) -> None:
    house.stop()
    assert "> [!warning] Not running" in (house.root / "Dashboard.md").read_text()
    house.start()
    house.manager.tick(house.clock.now())
    assert "Not running" not in (house.root / "Dashboard.md").read_text()


def test_dashboard_escapes_what_is_quoted_and_none_of_its_own_words(house: House) -> None:
    house.arrive()
    house.run()
    house.move("Pending_Approval", "Approved")
    house.app.ledger.pause("see [[secret]]", "owner", house.clock.now())
    house.run()
    (house.root / "Failed" / "old.md").write_text("old")
    house.pass_time(timedelta(minutes=1))
    house.manager.tick(house.clock.now())
    board = (house.root / "Dashboard.md").read_text()
    assert r"paused (see \[\[secret\]\]); `employee resume` lets it go on" in board
    assert "- 1 in Failed/: open them; `employee retry ID` tries again" in board
    assert r"\`" not in board


def test_vault_that_is_away_is_told(house: House, tmp_path: Path) -> None:
    house.root.rename(tmp_path / "unplugged")
    assert "The vault is not at" in house.app.status().problems[0].what
    (tmp_path / "unplugged").rename(house.root)


def test_dashboard_is_written_when_something_happened(house: House) -> None:
    house.arrive()
    house.run()
    house.manager.tick(house.clock.now())
    assert "| Waiting for you | 1 |" in (house.root / "Dashboard.md").read_text()


def test_dashboard_is_left_alone_when_nothing_happened(house: House) -> None:
    house.manager.tick(house.clock.now())
    before = (house.root / "Dashboard.md").stat().st_ino
    house.pass_time(timedelta(seconds=10))
    house.manager.tick(house.clock.now())
    assert (house.root / "Dashboard.md").stat().st_ino == before


def test_dashboard_is_written_at_most_every_few_seconds(house: House) -> None:
    house.manager.tick(house.clock.now())
    house.arrive()
    house.run()
    house.manager.tick(house.clock.now() + timedelta(seconds=1))
    assert "| Waiting for you | 0 |" in (house.root / "Dashboard.md").read_text()


def test_dashboard_names_the_state_directory_it_belongs_to(house: House) -> None:
    house.manager.tick(house.clock.now())
    assert dashboard.instance_of(house.app.vault) == house.app.ledger.instance


# --- whose vault


def test_adopted_vault_is_left_alone_by_the_daemon_that_had_it(house: House) -> None:
    house.arrive()
    house.run()
    house.manager.tick(house.clock.now())
    board = house.root / "Dashboard.md"
    board.write_text(board.read_text().replace(house.app.ledger.instance, "iother"))
    house.move("Pending_Approval", "Approved")
    with pytest.raises(Transient, match="belongs to the state directory with instance iother"):
        house.run()
    assert house.provider.accepted == []
    assert "iother" in board.read_text()


def test_dashboard_of_the_persons_own_is_never_overwritten(house: House) -> None:
    (house.root / "Dashboard.md").write_text("# My own dashboard")
    with pytest.raises(Transient, match="it is a note of your own"):
        house.run()
    house.manager.tick(house.clock.now())
    assert (house.root / "Dashboard.md").read_text() == "# My own dashboard"


def test_what_a_person_writes_into_our_dashboard_is_overwritten(house: House) -> None:
    house.manager.tick(house.clock.now())
    (house.root / "Dashboard.md").write_text("scribble")
    house.arrive()
    house.run()
    house.pass_time(timedelta(seconds=10))
    house.manager.tick(house.clock.now())
    assert "| Waiting for you | 1 |" in (house.root / "Dashboard.md").read_text()


def test_provider_that_refuses_the_key_is_a_problem_until_it_answers(house: House) -> None:
    model = FakeModel(ModelError("login", "No."))
    model.absent = {OWN: "none"}
    mind = house.with_model(model)
    with pytest.raises(Unanswered):
        mind.ask(question())
    (problem,) = house.app.status().problems
    assert problem.what.startswith("Anthropic has refused every question since ")
    assert "`employee connect anthropic`" in problem.remedy
    house.with_model(FakeModel()).ask(question(weight=Weight(9)))
    assert house.app.status().problems == []


def test_connected_mailboxes_stand_beside_the_outbox(house: House) -> None:
    house.app.secrets.put({"imap.bob-example-com": '{"address":"bob@example.com","smtp":null}'}, house.clock.now())
    problem = "bob@example.com: the password is wrong. Connect it again: `employee connect imap`."
    beats = Heartbeat(house.app.places.beats, "imap", house.clock.now())
    beats.beat(house.clock.now())
    assert as_json(house.app.status())["connectors"] == {
        "outbox": {"state": "ready", "detail": "no account connected that sends; results are files in Outbox/"},
        "imap.bob-example-com": {"state": "read only", "detail": "bob@example.com: approved mails lie in Outbox/"},
    }
    beats.beat(house.clock.now(), problems=[problem])
    status = house.app.status()
    assert (status.connectors[1].state, status.connectors[1].detail) == ("needs login", problem)
    assert [each.remedy for each in status.problems] == ["log in as it says; nothing is lost meanwhile"]


def test_a_role_that_is_gone_says_nothing_any_more_of_its_mailboxes(house: House) -> None:
    house.app.secrets.put({"imap.bob-example-com": '{"address":"bob@example.com","smtp":null}'}, house.clock.now())
    Heartbeat(house.app.places.beats, "imap", house.clock.now()).beat(
        house.clock.now(), problems=["bob@example.com: cannot be reached"], stopped=True
    )
    assert house.app.status().connectors[1].detail.endswith("nothing looks into it at the moment")


@pytest.mark.skipif(os.name == "nt", reason="modes are a matter of POSIX")
def test_secrets_that_cannot_be_read_are_a_problem_and_no_end(house: House) -> None:
    house.app.secrets.put({"imap.bob-example-com": "{}"}, house.clock.now())
    house.app.secrets.key_path.chmod(0o444)
    status = house.app.status()
    assert [each.name for each in status.connectors] == ["outbox"]
    assert "chmod 400" in status.problems[0].what


def test_a_mailbox_that_is_switched_off_says_so(tmp_path: Path) -> None:
    house = House(tmp_path, gmail__enabled="false")
    house.app.secrets.put({"gmail.a": '{"address":"a@example.com","scopes":["x"]}'}, house.clock.now())
    assert house.app.status().connectors[1].state == "off"
    house.stop()


def test_mailboxes_are_remembered_as_long_as_the_secrets_are_the_same(house: House) -> None:
    secrets, now = house.app.secrets, house.clock.now()
    secrets.put({"gmail.a": '{"address":"a@example.com","scopes":["x"]}', "gmail_password": "canary-5d81c0"}, now)
    first = [house.app.status().connectors for _ in range(2)]
    file = house.app.places.home / "mailboxes.known"
    assert first[0] == first[1]
    assert "canary" not in file.read_text()
    secrets.put({"gmail.b": '{"address":"b@example.com","scopes":["x"]}'}, now)
    assert [each.address for each in house.app.status().connectors[1:]] == ["a@example.com", "b@example.com"]
    secrets.remove("gmail.a")
    assert [each.address for each in house.app.status().connectors[1:]] == ["b@example.com"]


@pytest.mark.parametrize("broken", ["", "{}", "[]", '{"mark":1}', "\x00", '{"mark": "", "known": [1]}'])
def test_what_is_remembered_wrong_is_read_again(house: House, broken: str) -> None:
    house.app.secrets.put({"gmail.a": '{"address":"a@example.com","scopes":["x"]}'}, house.clock.now())
    (house.app.places.home / "mailboxes.known").write_text(broken)
    assert [each.address for each in house.app.status().connectors[1:]] == ["a@example.com"]


@pytest.mark.parametrize(
    ("said", "what", "remedy"),
    [
        ("The vault is not at /St. Anna. Connect its disk.", "The vault is not at /St. Anna", "Connect its disk."),
        ("[inbox] has no key x (line 3). Put it right.", "[inbox] has no key x (line 3)", "Put it right."),
        ("Inbox/No. 5 Bill.pdf is busy", "Inbox/No. 5 Bill.pdf is busy", "see the log; it is tried again"),
    ],
)
def test_first_sentence_says_what_is_wrong_and_the_others_what_to_do(
    house: House, said: str, what: str, remedy: str
) -> None:
    Heartbeat(house.app.places.beats, "manager", house.clock.now()).beat(house.clock.now(), problems=[said])
    (problem,) = house.app.status().problems
    assert (problem.what, problem.remedy) == (what, remedy)


def test_log_has_both_in_one_line_without_a_stop_before_the_semicolon() -> None:
    assert Problem("The vault is away.", ours("see the log")).sentence == "The vault is away; see the log"
    assert Problem("The vault is away", ours("Connect its disk.")).sentence == "The vault is away. Connect its disk."
