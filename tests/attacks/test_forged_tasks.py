"""Task notes and follow-ups that nobody made: they reach no folder but an agent's, and no task is stuck unseen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.house import House

DAY = timedelta(days=1)
TWO_THINGS = b"""From: Anna Example <anna@example.com>
To: me@company.example
Subject: Visit and invoice
Message-ID: <two@example.com>
Date: Tue, 10 Mar 2026 09:00:00 +0000

Hello,
thank you for agreeing to visit us on 19 March 2026 at 14:00. Please also send us the invoice for 2 days of
consulting at 500 EUR a day plus 19 % VAT.
When are you open on Saturday?
Anna
"""


def forged(house: House, *properties: str) -> None:
    lines = ["---", "id: taaaaaaaaaa", "type: task", "kind: note", "title: x", *properties, "---", "Hello"]
    (house.root / "Needs_Action" / "NOTE_x_taaaaaaaaaa.md").write_text("\n".join(lines), encoding="utf-8")


def wait(house: House) -> None:
    for _ in range(5):
        house.run()
        house.pass_time(DAY)


@pytest.mark.parametrize(
    "agent",
    ["executor", "", "../Approved", "mail/../..", "mail/x", "a\\0b", "CON", "x" * 300, ".hidden", "Mail", "\\uD800",
     "nobody", "manager", "router", "null", "true", "[mail]", "executor/", "Executor", "executor\\n"],
)  # fmt: skip
def test_follow_up_for_nobody_is_worked_on_or_told(house: House, agent: str) -> None:
    forged(house, "follows: tbbbbbbbbbb", f'agent: "{agent}"', "reason: because")
    wait(house)
    assert house.counts() in ({"Failed": 1}, {"Pending_Approval": 1}, {"Done": 1})
    assert not list((house.root / "In_Progress").glob("executor*/*"))


@pytest.mark.parametrize("originals", ["Company_Handbook.md", "../home/ledger.sqlite3", "Attachments/tbbbbbbbbbb/x.eml",
                                       "Attachments/taaaaaaaaaa/../../Company_Handbook.md", "/etc/passwd"])  # fmt: skip
def test_follow_up_reads_nothing_that_did_not_come_with_it(house: House, originals: str) -> None:
    (house.root / "Company_Handbook.md").write_text("CANARY")
    forged(house, "follows: tbbbbbbbbbb", "agent: mail", f"originals: [{originals}]")
    wait(house)
    assert house.counts() == {"Failed": 1}
    assert "CANARY" not in house.note("Failed").read_text()


def test_forged_follow_up_of_a_follow_up_ends(house: House) -> None:
    forged(house, "follows: taaaaaaaaaa", "agent: assistant")
    wait(house)
    assert sum(house.counts().values()) == 1


def test_same_mail_a_hundred_times_asks_for_each_thing_once(house: House) -> None:
    for _ in range(100):
        house.arrive(TWO_THINGS)
    house.run()
    drafts = len(house.notes("Pending_Approval"))
    assert 2 <= drafts <= 3
    for _ in range(20):
        house.arrive(TWO_THINGS)
    house.run()
    assert len(house.notes("Pending_Approval")) == drafts


def test_copies_of_a_mail_dropped_by_hand_make_no_storm(house: House) -> None:
    for number in range(30):
        house.drop(f"mail {number}.eml", TWO_THINGS)
    for _ in range(3):
        house.inbox.step(house.clock.now())
        house.run()
        house.pass_time(timedelta(minutes=1))
    assert 2 <= len(house.notes("Pending_Approval")) <= 3
    assert house.counts().get("Needs_Action", 0) == 0


@pytest.mark.parametrize("lost", [1, 2])
def test_kill_between_follow_up_and_proposal_makes_no_second_one(house: House, lost: int) -> None:
    house.arrive(TWO_THINGS)
    for _ in range(lost):
        house.manager.step(house.clock.now())
    house.stop()
    house.start()
    house.run()
    names = sorted(path.name for path in house.notes("Pending_Approval"))
    house.run()
    assert sorted(path.name for path in house.notes("Pending_Approval")) == names
    assert 2 <= len(names) <= 3
    assert len({house.task_of(path) for path in house.notes("Pending_Approval")}) == len(names)


def test_originals_of_a_follow_up_are_its_own(house: House) -> None:
    house.arrive(TWO_THINGS)
    house.run()
    folders = {path.parent.name for path in (house.root / "Attachments").rglob("*.eml")}
    assert folders == {house.task_of(path) for path in house.notes("Pending_Approval")}
