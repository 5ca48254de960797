"""The briefing of a real vault: what it gathers, and where it is put."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon.app.parts import briefing_job
from daemon.core.mailboxes.values import Letter
from daemon.core.schedule import Outcome
from daemon.ops import briefing
from daemon.ops.briefing import Made
from daemon.runtime import runner
from daemon.runtime.scheduler import Scheduler
from daemon.vault import Vault
from tests.house import House

DAY = timedelta(days=1)
TODAY = "2026-03-10"  # the FakeClock begins at noon
SEVEN = datetime(2026, 3, 11, 7, 0, tzinfo=UTC)


def make(house: House) -> Made:
    """As `employee briefing` does."""
    return briefing.make(house.app.context, house.app.status(), house.clock.now())


def text(house: House, name: str = TODAY) -> str:
    return (house.root / "Briefings" / f"{name}.md").read_text(encoding="utf-8")


def scheduler(house: House) -> Scheduler:
    return Scheduler(house.app.ledger, [briefing_job(house.app)], house.wake.set)


# --- what it tells


def test_waiting_draft_is_named_and_linked(house: House) -> None:
    house.arrive()
    house.run()
    note = house.note("Pending_Approval")
    assert f"[[{note.stem}|Reply to Anna Example: Opening hours]]" in make(house).note


PHISHING = b"""From: IT Helpdesk <help@stranger.example>
To: me@company.example
Subject: Urgent, mailbox verification
Message-ID: <2@stranger.example>
Date: Tue, 10 Mar 2026 08:00:00 +0000

Your mailbox is almost full. Verify it immediately, today at the latest, or it is deactivated.
"""


def test_a_trick_leads_neither_the_briefing_nor_the_list(house: House) -> None:
    house.arrive(PHISHING, key="mail:2", title="Urgent, mailbox verification")
    house.run()
    house.pass_time(timedelta(hours=1))
    house.arrive()
    house.run()
    made, status = make(house), house.app.status()
    assert [(p.risk, status.urgencies[p.key].priority) for p in status.pending] == [
        ("medium", "normal"),
        ("high", "low"),
    ]
    assert "First: Reply to Anna Example, Opening hours" in made.spoken
    assert "one urgent" not in made.spoken


def test_what_was_carried_out_and_where_it_lies(house: House) -> None:
    house.drop("list.md", b"Buy stamps and paper for the office")
    house.run()
    house.move("Pending_Approval", "Approved")
    house.run()
    made = make(house)
    assert "[[Documents/" in made.note
    assert "1 came in, 1 was carried out, nothing waits for you." in made.note
    assert "one thing came in, and one was carried out" in made.spoken


def test_closed_failed_and_paused_are_told(house: House) -> None:
    house.drop("news.eml", b"From: a@shop.example\nSubject: Sale\nMessage-ID: <9@x>\nList-Unsubscribe: <x:y>\n\nBuy")
    (house.root / "Needs_Action" / "odd.md").write_text("---\nid: odd\ntype: task\n---\n", encoding="utf-8")
    house.app.ledger.pause("holiday", "owner", house.clock.now())
    house.run()
    made = make(house)
    assert "- Sale: An automated message" in made.note
    assert "## Failed (1)" in made.note
    assert "Everything is paused: holiday" in made.note


def test_mail_that_was_filed_is_told_with_its_label_and_its_note(house: House) -> None:
    news = b"From: a@shop.example\nSubject: Sale\nMessage-ID: <9@x>\nList-Unsubscribe: <x:y>\n\nBuy"
    house.arrive(news, key="m1", title="Sale")
    house.drop("more.eml", news.replace(b"Sale", b"Dropped"))
    house.run()
    task = house.app.ledger.tasks.by_source("m1")
    assert task
    letter = Letter("imap.me", "m1", "", "", sent=False, task=task.id, path="", people=())
    house.app.ledger.letters("imap.me").add(letter, house.clock.now())
    house.app.ledger.jottings.put(task.id, "filed", "Shops")
    said = make(house).note
    note = next(note for note in house.notes("Done") if task.id in note.name)
    assert "## Filed without an answer (1)" in said
    assert "- **1 in Shops**: " in said
    assert f"[[{note.stem}|Sale]]" in said
    assert "- Dropped: " in said


def test_due_date_comes_from_the_task(house: House) -> None:
    house.drop("mail.eml", house_mail("Please sign the contract until 12 March 2026."))
    house.run()
    assert "**due Thu 12 Mar**" in make(house).note


def house_mail(text: str) -> bytes:
    head = "From: Bob <bob@partner.example>\nTo: me@company.example\nSubject: Contract\nMessage-ID: <2@partner.example>"
    return f"{head}\nDate: Tue, 10 Mar 2026 09:00:00 +0000\n\nHello,\n{text}\nBob\n".encode()


def test_approved_mail_that_waits_for_its_hold_says_until_when(slow_house: House) -> None:
    slow_house.arrive()
    slow_house.run()
    slow_house.move("Pending_Approval", "Approved")
    slow_house.manager.step(slow_house.clock.now())
    assert "can still be undone; it goes on Tue 10 Mar 12:01" in make(slow_house).note


def test_figures_with_the_median_wait_for_a_decision(house: House) -> None:
    house.arrive()
    house.run()
    house.pass_time(timedelta(hours=5))
    house.move("Pending_Approval", "Approved")
    house.run()
    made = make(house)
    assert "1 came in, 1 drafted, 1 approved, 1 carried out." in made.note
    assert "A draft waited 5 hours for your decision (median)." in made.note


def test_next_day_tells_only_what_is_new(house: House) -> None:
    house.arrive()
    house.run()
    house.move("Pending_Approval", "Approved")
    house.run()
    make(house)
    house.pass_time(DAY)
    assert "nothing came in, and nothing waits for you" in make(house).note


def test_second_one_of_a_day_tells_what_the_first_one_told(house: House) -> None:
    house.arrive()
    house.run()
    make(house)
    house.pass_time(timedelta(hours=1))
    assert "1 came in" in make(house).note


TWO = b"""From: Tomas Reuter <tomas@tidewater.example>
To: me@company.example
Subject: Flyers
Message-ID: <two@tidewater.example>

Hello,
please send us the invoice for the 300 flyers at 0.40 EUR each plus 19 % VAT.
How long does delivery take if we order 500 more?
Tomas
"""


def test_second_thing_in_a_mail_did_not_come_in(house: House) -> None:
    house.drop("two.eml", TWO)
    house.run()
    assert len(house.notes("Pending_Approval")) == 2
    made = make(house)
    assert "1 came in, 2 wait for you." in made.note
    assert "1 came in, 1 more asked for in them, 2 drafted." in made.note
    assert "one thing came in." in made.spoken


def test_what_is_dropped_once_more_is_told_but_counts_nowhere_as_done(house: House) -> None:
    news = b"From: a@shop.example\nSubject: Sale\nMessage-ID: <9@x>\nList-Unsubscribe: <x:y>\n\nBuy"
    for name in ("a.eml", "b.eml", "c.eml"):
        house.drop(name, news)
        house.run()
        house.pass_time(timedelta(minutes=1))
    made, counts = make(house), house.app.status().counts
    assert "3 came in, 1 needed no answer" in made.note
    assert "## Dropped once more\n\n- Sale, Sale: the same content came before; nothing was done again" in made.note
    assert (counts["carried_out_today"], counts["closed_today"], counts["done_today"]) == (0, 1, 1)


def test_invoice_that_lies_in_outbox_is_ready_to_send(house: House) -> None:
    (house.root / "Company_Handbook.md").write_text("## Invoices\n\n- name: Lindgren Print Studio\n", encoding="utf-8")
    house.drop("two.eml", TWO)
    house.run()
    house.move_all("Pending_Approval", "Approved")
    house.run()
    house.pass_time(timedelta(hours=1))
    note = make(house).note
    assert "]]: [[Outbox/2026-0001_" in note
    assert "2 were carried out (1 of them ready for you to send)" in note
    assert house.app.status().counts["carried_out_today"] == 2


# --- where it is put


def test_later_one_of_the_day_takes_the_place_of_the_earlier(house: House) -> None:
    make(house)
    house.arrive()
    house.run()
    assert make(house).path == f"Briefings/{TODAY}.md"
    assert "1 came in" in text(house)
    assert len(house.notes("Briefings")) == 1


def test_what_the_person_wrote_into_it_is_kept(house: House) -> None:
    make(house)
    mine = text(house) + "\nremember the milk\n"
    (house.root / "Briefings" / f"{TODAY}.md").write_text(mine, encoding="utf-8")
    assert make(house).path == f"Briefings/{TODAY}-2.md"
    assert make(house).path == f"Briefings/{TODAY}-2.md"
    assert text(house) == mine


def test_note_of_the_persons_own_of_that_name_is_kept(house: House) -> None:
    (house.root / "Briefings" / f"{TODAY}.md").write_text("mine", encoding="utf-8")
    assert make(house).path == f"Briefings/{TODAY}-2.md"
    assert text(house) == "mine"


def test_link_of_that_name_is_not_followed(house: House) -> None:
    (house.root / "secret.txt").write_text("mine", encoding="utf-8")
    (house.root / "Briefings" / f"{TODAY}.md").symlink_to(house.root / "secret.txt")
    assert make(house).path == f"Briefings/{TODAY}-2.md"
    assert (house.root / "secret.txt").read_text(encoding="utf-8") == "mine"


def test_deleted_briefing_is_written_again(house: House) -> None:
    make(house)
    (house.root / "Briefings" / f"{TODAY}.md").unlink()
    assert make(house).path == f"Briefings/{TODAY}.md"


def test_restart_does_not_forget_what_is_ours(house: House) -> None:
    make(house)
    house.restart()
    house.arrive()
    house.run()
    assert make(house).path == f"Briefings/{TODAY}.md"


class Killed(BaseException):
    """The process ends here."""


class Dying(Vault):
    """A vault at which the power goes off, before or after the file was written."""

    def __init__(self, root: Path, *, written: bool) -> None:
        super().__init__(root)
        self._written = written

    def create(self, path: str, data: bytes) -> str:
        if self._written:
            super().create(path, data)
        raise Killed

    def replace(self, path: str, data: bytes, **rest: Any) -> None:
        if self._written:
            super().replace(path, data, **rest)
        raise Killed


@pytest.mark.parametrize("there", [False, True], ids=["first of the day", "second of the day"])
@pytest.mark.parametrize("written", [False, True], ids=["before the write", "after the write"])
def test_kill_while_it_is_written_leaves_one_briefing(house: House, *, there: bool, written: bool) -> None:
    house.arrive()
    if there:
        make(house)
        house.run()
    context = replace(house.app.context, vault=Dying(house.root, written=written))
    with pytest.raises(Killed):
        briefing.make(context, house.app.status(), house.clock.now())
    house.restart()
    house.run()
    make(house)
    assert [note.name for note in house.notes("Briefings")] == [f"{TODAY}.md"]
    assert "1 waits for you" in text(house)


# --- at its time


def test_morning_briefing_is_made_at_seven_and_once(house: House) -> None:
    runner.drain([scheduler(house)], house.clock, house.wake)
    assert house.notes("Briefings") == []
    house.pass_time(SEVEN - house.clock.now())
    runner.drain([scheduler(house), scheduler(house)], house.clock, house.wake)
    assert [note.name for note in house.notes("Briefings")] == ["2026-03-11.md"]
    done = house.app.ledger.runs.finished(["briefing"], SEVEN - DAY)
    assert [(run.outcome, run.detail) for run in done] == [(Outcome.DONE, "Briefings/2026-03-11.md")]


def test_late_one_says_so_and_names_the_missed(house: House) -> None:
    scheduler(house).step(house.clock.now())
    house.pass_time(SEVEN - house.clock.now() + 2 * DAY + timedelta(hours=2))
    scheduler(house).step(house.clock.now())
    said = text(house, "2026-03-13")
    assert "This briefing is late: it was planned for today, 07:00" in said
    assert "The briefing of Wednesday, 11 March, 07:00, was not made." in said
    house.pass_time(DAY)
    scheduler(house).step(house.clock.now())
    assert "was not made" not in text(house, "2026-03-14")


def test_planned_time_is_by_the_persons_clock(tmp_path: Path) -> None:
    house = House(tmp_path, vault__timezone="Europe/Berlin")
    scheduler(house).step(house.clock.now())
    assert house.app.status().next_jobs == [("briefing", SEVEN - timedelta(hours=1))]
    house.stop()


def test_one_that_could_not_be_made_is_a_problem_until_it_is(house: House) -> None:
    scheduler(house).step(house.clock.now())
    house.pass_time(SEVEN - house.clock.now())
    patience = timedelta(minutes=2)
    for _ in range(3):
        house.app.ledger.runs.claim("briefing", SEVEN, patience, house.clock.now())
        house.pass_time(timedelta(minutes=3))
    scheduler(house).step(house.clock.now())
    problem = house.app.status().problems[0]
    assert (problem.what, problem.remedy) == (
        "the briefing of Wed 07:00 could not be made",
        "`employee briefing` makes it now",
    )
    assert "The briefing of Wednesday, 11 March, 07:00, was not made." in make(house).note
    assert house.app.status().problems == []


def test_dashboard_says_when_the_next_one_comes(house: House) -> None:
    scheduler(house).step(house.clock.now())
    house.manager.tick(house.clock.now())
    assert "Next: the briefing, Wednesday 11 March, 07:00." in (house.root / "Dashboard.md").read_text(encoding="utf-8")


def test_vault_of_somebody_else_gets_no_briefing(house: House) -> None:
    house.manager.tick(house.clock.now())
    board = house.root / "Dashboard.md"
    scheduler(house).step(house.clock.now())
    board.write_text(board.read_text().replace(house.app.ledger.instance, "iother"))
    house.pass_time(SEVEN - house.clock.now())
    pace = scheduler(house).step(house.clock.now())
    assert "belongs to another state directory" in pace.problems[0]
    assert house.notes("Briefings") == []
