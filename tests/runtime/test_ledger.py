"""The ledger: one fact a call, all or nothing, and a chain that shows when it was touched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from daemon.core.errors import Transient, UserError
from daemon.core.policy import Day
from daemon.core.ports import Receipt
from daemon.core.proposal import Content, Hold, Proposal, State, digest, sha256
from daemon.core.task import Arrival
from daemon.runtime.ledger import Ledger
from daemon.runtime.ledger.proposals import Start
from tests.fakes import NOON

KEY = ("taaaaaaaaaa", 1)
NOTE = b"the note"
CONTENT = Content(
    "email.reply", "outbox", "mail", "Re: Hi", "low", "{}", "{}", "Hello", NOTE, "EMAIL_REPLY_hi.md",
    digest("email.reply", {}, "Hello", salt="5a17"),
)  # fmt: skip
ARRIVAL = Arrival("note", "inbox", "file:1", "", "Title", "text", (), taken="Inbox/a.md")
START = Start("taaaaaaaaaa-g1.i1", NOTE, "2026-03-10")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "ledger.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def proposed(ledger: Ledger) -> Proposal:
    assert ledger.proposals.propose(KEY, CONTENT, replacing=0, expires=NOON + timedelta(days=7), now=NOON)
    return the(ledger)


@pytest.fixture
def held(ledger: Ledger, proposed: Proposal) -> Proposal:
    assert ledger.proposals.hold(proposed, Hold(NOON, sha256(NOTE), "owner", "folder", twin=False), NOON)
    return the(ledger)


def the(ledger: Ledger, generation: int = 1) -> Proposal:
    found = ledger.proposals.get(("taaaaaaaaaa", generation))
    assert found
    return found


def test_proposal_comes_back_as_recorded(ledger: Ledger, proposed: Proposal) -> None:
    assert (proposed.state, proposed.expires_at, proposed.latest) == (State.PROPOSED, NOON + timedelta(days=7), True)
    assert ledger.proposals.content(KEY) == CONTENT


def test_new_generation_supersedes_the_older_one(ledger: Ledger, proposed: Proposal) -> None:
    assert ledger.proposals.propose(("taaaaaaaaaa", 2), CONTENT, replacing=1, expires=NOON, now=NOON)
    assert the(ledger).state is State.SUPERSEDED
    assert ledger.proposals.latest(proposed.id) == the(ledger, 2)


def test_new_generation_of_something_else_than_the_newest_is_refused(ledger: Ledger, proposed: Proposal) -> None:
    assert not ledger.proposals.propose(("taaaaaaaaaa", 2), CONTENT, replacing=0, expires=NOON, now=NOON)
    assert ledger.proposals.latest(proposed.id) == proposed


def test_nothing_supersedes_a_begun_effect(ledger: Ledger, held: Proposal) -> None:
    assert begin(ledger, held, START) == ""
    assert not ledger.proposals.propose(("taaaaaaaaaa", 2), CONTENT, replacing=1, expires=NOON, now=NOON)


def begin(ledger: Ledger, proposal: Proposal, start: Start, why_not: str = "") -> str:
    return ledger.proposals.begin(proposal, start, NOON, objection=lambda: why_not)


def test_effect_begins_once(ledger: Ledger, held: Proposal) -> None:
    assert begin(ledger, held, START) == ""
    assert begin(ledger, held, START) == "undone"


def test_effects_of_several_channels_that_begin_at_one_moment_are_no_sign_of_an_old_copy(ledger: Ledger) -> None:
    starts = [Start(f"t{n:010}-g1.i1", NOTE, START.day) for n in range(200)]
    drafts = [approved(ledger, start.key.partition("-")[0]) for start in starts]
    with ThreadPoolExecutor(4) as lanes:
        assert set(lanes.map(partial(begin, ledger), drafts, starts)) == {""}


def approved(ledger: Ledger, task: str) -> Proposal:
    assert ledger.proposals.propose((task, 1), CONTENT, replacing=0, expires=NOON + timedelta(days=7), now=NOON)
    proposal = ledger.proposals.get((task, 1))
    assert proposal
    assert ledger.proposals.hold(proposal, Hold(NOON, sha256(NOTE), "owner", "folder", twin=False), NOON)
    return proposal


def test_effect_of_another_file_than_the_held_one_does_not_begin(ledger: Ledger, held: Proposal) -> None:
    other = Start(START.key, b"another file", START.day)
    assert begin(ledger, held, other) == "undone"
    assert the(ledger).state is State.HELD


def test_undo_before_the_effect_wins(ledger: Ledger, held: Proposal) -> None:
    ledger.proposals.propose(("taaaaaaaaaa", 2), CONTENT, replacing=1, expires=NOON, now=NOON)
    assert begin(ledger, held, START) == "undone"


def test_nothing_begins_while_paused(ledger: Ledger, held: Proposal) -> None:
    ledger.pause("holiday", "owner", NOON)
    assert begin(ledger, held, START) == "paused"
    assert ledger.resume("owner", NOON)
    assert begin(ledger, held, START) == ""


def test_what_is_objected_in_the_transaction_that_begins_counts(ledger: Ledger, held: Proposal) -> None:
    assert begin(ledger, held, START, "quiet hours") == "quiet hours"
    assert (the(ledger).state, begun(ledger)) == (State.HELD, {})
    assert begin(ledger, held, START) == ""
    assert begun(ledger) == {"email.reply": 1}


def begun(ledger: Ledger, now: datetime = NOON) -> Mapping[str, int]:
    return ledger.proposals.begun(Day.of(now, UTC))


def test_unknown_outcome_counts_as_begun(ledger: Ledger, held: Proposal) -> None:
    begin(ledger, held, START)
    ledger.proposals.fail(held, START.key, State.UNKNOWN, why="nobody knows", now=NOON)
    assert begun(ledger) == {"email.reply": 1}


def test_effect_of_yesterday_does_not_count(ledger: Ledger, held: Proposal) -> None:
    begin(ledger, held, START)
    assert begun(ledger, NOON + timedelta(days=1)) == {}


def test_clock_set_back_gives_no_second_days_worth(ledger: Ledger, held: Proposal) -> None:
    yesterday = NOON - timedelta(days=1)
    begin(ledger, held, START)
    ledger.note_day("2026-03-10", NOON)
    ledger.note_day("2026-03-09", yesterday)
    assert begun(ledger, yesterday) == {"email.reply": 1}
    assert begun(ledger, NOON) == {"email.reply": 1}
    assert [r.data["before"] for r in ledger.audit.tail(1)] == ["2026-03-10"]


def test_what_was_begun_under_a_wrong_clock_counts_until_the_next_midnight(ledger: Ledger, held: Proposal) -> None:
    begin(ledger, held, START)
    right = NOON - timedelta(days=40)
    ledger.note_day("2026-03-10", NOON)
    ledger.note_day("2026-01-29", right)
    assert begun(ledger, right) == {"email.reply": 1}
    assert begun(ledger, right + timedelta(days=1)) == {}


def test_deferred_effect_gives_its_place_under_the_cap_back(ledger: Ledger, held: Proposal) -> None:
    begin(ledger, held, START)
    ledger.proposals.defer(held, START.key, NOON + timedelta(minutes=5), why="429", now=NOON)
    assert begun(ledger) == {}
    assert the(ledger).not_before == NOON + timedelta(minutes=5)
    assert begin(ledger, the(ledger), START) == ""


def test_finished_effect_counts_for_today(ledger: Ledger, held: Proposal) -> None:
    ledger.tasks.arrive(held.id, "file:1", ARRIVAL, NOON)
    begin(ledger, held, START)
    ledger.proposals.finish(held, START.key, Receipt("sent", "id-1"), day=START.day, now=NOON)
    assert (the(ledger).state, ledger.tasks.finished_on(START.day)) == (State.DONE, 1)


def test_finished_and_filed_is_no_longer_open(ledger: Ledger, proposed: Proposal) -> None:
    assert ledger.proposals.end(proposed, State.REJECTED, "no", NOON)
    ledger.proposals.mark_filed(KEY)
    assert ledger.proposals.open() == []


def test_failed_transaction_leaves_nothing(ledger: Ledger, proposed: Proposal) -> None:
    def fails_half_way() -> None:
        with ledger.transaction():
            ledger.proposals.end(proposed, State.REJECTED, "no", NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails_half_way()
    assert the(ledger) == proposed
    assert ledger.audit.verify().wrong == ""


def test_task_arrives_once(ledger: Ledger) -> None:
    ledger.tasks.arrive("tcccccccccc", "file:1", ARRIVAL, NOON)
    ledger.tasks.arrive("tcccccccccc", "file:1", ARRIVAL, NOON)
    assert len(ledger.audit.of("tcccccccccc")) == 1


def test_attempts_are_counted_before_they_are_made(ledger: Ledger) -> None:
    ledger.tasks.arrive("tcccccccccc", "file:1", ARRIVAL, NOON)
    assert [ledger.tasks.attempt("tcccccccccc"), ledger.tasks.attempt("tcccccccccc")] == [1, 2]


def test_same_feedback_counts_once(ledger: Ledger) -> None:
    assert ledger.tasks.add_feedback(KEY, "shorter", "Hello", NOON)
    assert not ledger.tasks.add_feedback(KEY, "shorter", "Hello", NOON)


def test_instance_stays_the_same(tmp_path: Path) -> None:
    first = Ledger(tmp_path / "l.sqlite3")
    instance = first.instance
    first.close()
    second = Ledger(tmp_path / "l.sqlite3")
    assert second.instance == instance
    second.close()


def test_damaged_ledger_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "l.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(UserError, match="`employee adopt`"):
        Ledger(tmp_path / "l.sqlite3")


def test_ledger_that_cannot_be_written_is_a_passing_trouble(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "l.sqlite3")
    other = sqlite3.connect(tmp_path / "l.sqlite3")
    other.execute("PRAGMA query_only = 1")
    with pytest.raises(Transient, match="disk"), ledger.transaction():
        raise sqlite3.OperationalError("database or disk is full")
    other.close()
    ledger.close()


# --- the chain


def test_untouched_chain_verifies(ledger: Ledger, held: Proposal) -> None:
    begin(ledger, held, START)
    verdict = ledger.audit.verify()
    assert (verdict.records, verdict.wrong) == (3, "")


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE audit SET data = '{}' WHERE seq = 2", "record 2 (APPROVED taaaaaaaaaa) was changed"),
        ("UPDATE audit SET at = '2020' WHERE seq = 1", "record 1 (PROPOSED taaaaaaaaaa) was changed"),
        ("DELETE FROM audit WHERE seq = 2", "record 2 is missing"),
        ("UPDATE audit SET prev = hash WHERE seq = 2", "record 2 (APPROVED taaaaaaaaaa) was changed"),
        ("UPDATE audit SET seq = 9 WHERE seq = 1", "record 1 is missing"),
        ("DELETE FROM audit WHERE seq = 3", "has no INTENT record"),
    ],
)
def test_tampering_is_named(ledger: Ledger, held: Proposal, tampering: str, found: str) -> None:
    begin(ledger, held, START)
    other = sqlite3.connect(ledger.path)
    other.execute(tampering)
    other.commit()
    other.close()
    assert found in ledger.audit.verify().wrong
