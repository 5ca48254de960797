"""Whatever is done to the record is found, and named: which record, and what was done to it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from daemon.app.parts import seal
from daemon.core.credentials import AUDIT_KEY
from daemon.core.heads import PATH
from daemon.ops import adopt, proof
from daemon.runtime.ledger import Ledger
from daemon.runtime.ledger.verifying import Verdict
from daemon.runtime.notary import Notary
from tests.attacks import tamperings
from tests.fakes import NOON
from tests.house import MAIL, House

SEEDS = range(400 if os.environ.get("EMPLOYEE_HYPOTHESIS") == "large" else 8)
DAY = timedelta(days=1)


class Office:
    """A house whose record is signed; what happens in it, and what is done to its database."""

    def __init__(self, folder: Path) -> None:
        self.house = House(folder, audit__sign_every="7")
        self.path = self.house.app.places.ledger

    def work(self, mails: int = 1) -> None:
        """Some mails come, are answered, approved and sent; then the record is signed."""
        app = self.house.app
        for _ in range(mails):
            number = len(app.ledger.audit.tail(10_000))
            self.house.arrive(MAIL.replace(b"1@", b"%d@" % number), key=f"mail:{number}", title=f"Mail {number}")
        self.house.run()
        self.house.move_all("Pending_Approval", "Approved")
        self.house.run()
        self.sign()

    def sign(self) -> None:
        """As a process does that starts now, and ends."""
        app = self.house.app
        Notary(app.context, seal(app)).look(self.house.clock.now(), leaving=True)

    def saved(self) -> Path:
        """A copy of the database as it is."""
        self.house.stop()
        saved = self.path.with_name("copy")
        shutil.copy(self.path, saved)
        self.house.start()
        return saved

    def restore(self, saved: Path) -> None:
        self.house.stop()
        self.path.write_bytes(saved.read_bytes())
        self.house.start()

    def verdict(self, ledger: Ledger | None = None) -> Verdict:
        app = self.house.app
        return proof.verify(ledger or app.ledger, app.vault, app.secrets)

    @property
    def records(self) -> int:
        return self.verdict().records

    def tampered(self, way: tamperings.Tampering, seed: int) -> tuple[str, int, Verdict]:
        """What should be found, and what is, in a copy of the database."""
        copy = self.path.with_name("tampered.sqlite3")
        with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        with closing(sqlite3.connect(copy)) as database, database:
            kind, record = way(database, Random(seed))
        with closing(Ledger(copy)) as ledger:
            verdict = self.verdict(ledger)
        copy.unlink()
        return kind, record, verdict


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One with a longer record; tests only look at it, and change copies."""
    made = Office(tmp_path_factory.mktemp("busy"))
    made.work(4)
    made.work(3)
    yield made
    made.house.stop()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    made.work()
    yield made
    made.house.stop()


def test_an_untouched_record_has_nothing_wrong(busy: Office) -> None:
    verdict = busy.verdict()
    assert (verdict.wrong, verdict.copies, len(verdict.signed)) == ("", 2, 2)
    assert verdict.records > 30


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("way", tamperings.WAYS)
def test_every_way_to_tamper_is_found_and_named(busy: Office, way: str, seed: int) -> None:
    kind, record, verdict = busy.tampered(tamperings.WAYS[way], seed)
    assert (verdict.kind, verdict.record) == (kind, record)
    assert verdict.wrong


def test_a_changed_record_of_two_that_say_the_same_was_changed_and_not_swapped(office: Office) -> None:
    for _ in range(2):
        office.house.app.ledger.audit.record(NOON, "PAUSED", "", {"why": "lunch"})

    def change(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
        del chance
        seq = tamperings.length(db) - 1
        db.execute("UPDATE audit SET prev = prev || 'x' WHERE seq = ?", (seq,))
        return "changed", seq

    kind, record, verdict = office.tampered(change, 1)
    assert (verdict.kind, verdict.record) == (kind, record)


@pytest.mark.parametrize("way", tamperings.FORGERIES)
def test_what_is_written_as_the_program_would_is_found_and_named(busy: Office, way: str) -> None:
    kind, record, verdict = busy.tampered(tamperings.FORGERIES[way], 1)
    assert verdict.kind in kind.split(" or ")
    assert verdict.record in {record, verdict.records + 1}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rewritten_history_is_not_the_signed_one(busy: Office, seed: int) -> None:
    """Which of the records since the last head that agrees was the first cannot be known."""
    _, record, verdict = busy.tampered(tamperings.rewrite, seed)
    assert verdict.kind == "forked"
    assert verdict.record <= record


def test_a_database_that_was_rolled_back_is_named(office: Office) -> None:
    older, records = office.saved(), office.records
    office.work()
    office.restore(older)
    verdict = office.verdict()
    assert (verdict.kind, verdict.record) == ("rolled back", records + 1)


def test_a_database_that_went_on_after_it_was_rolled_back_is_named(office: Office) -> None:
    older, records = office.saved(), office.records
    office.work()
    office.restore(older)
    office.house.clock.advance(DAY)
    office.house.arrive(MAIL.replace(b"1@", b"other@"), key="mail:other")
    office.house.arrive(MAIL.replace(b"1@", b"third@"), key="mail:third")
    office.house.run()
    office.house.move_all("Pending_Approval", "Approved")
    office.house.run()
    verdict = office.verdict()
    assert (verdict.kind, verdict.record) == ("forked", records + 1)


def test_nothing_is_signed_over_a_rolled_back_record(office: Office) -> None:
    older = office.saved()
    office.work()
    copy = (office.house.root / PATH).read_bytes()
    office.restore(older)
    with pytest.raises(Exception, match="`employee audit verify` tells"):
        office.work()
    assert (office.house.root / PATH).read_bytes() == copy


def test_another_database_in_the_place_of_ours_is_named_until_the_person_takes_the_vault_over(office: Office) -> None:
    office.house.stop()
    office.path.unlink()
    office.house.start()
    verdict = office.verdict()
    assert (verdict.kind, verdict.record) == ("replaced", 1)
    app = office.house.app
    adopt.adopt(app.context, NOON, locks=app.places.locks, where=str(app.places.vault), status=app.status)
    assert office.verdict().wrong == ""


def test_a_vault_that_another_computer_takes_over_is_no_alarm_for_it(office: Office, tmp_path: Path) -> None:
    """It has another key and another record; what the first one signed is not its own to judge."""
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    office.house.stop()
    (moved / "vault").symlink_to(office.house.root)
    other = Office(moved)
    app = other.house.app
    adopt.adopt(app.context, NOON, locks=app.places.locks, where=str(app.places.vault), status=app.status)
    other.work(2)
    assert (other.verdict().wrong, other.verdict().records > 5) == ("", True)
    other.house.stop()
    office.house.start()


def test_a_record_cut_at_the_end_is_found_without_any_signature(office: Office) -> None:
    with closing(sqlite3.connect(office.path)) as database, database:
        database.execute("DELETE FROM heads")
        database.execute("DELETE FROM audit WHERE seq > 2")
    (office.house.root / PATH).unlink()
    verdict = office.verdict()
    assert (verdict.kind, verdict.record) == ("cut", 3)


@pytest.mark.parametrize(
    "forgery",
    [
        "DELETE FROM effects",
        "UPDATE effects SET action = 'email.send'",
        "UPDATE effects SET day = '2020-01-01'",
        "UPDATE effects SET outcome = 'deferred'",
        "UPDATE effects SET begun_at = '2020-01-01T00:00:00.000000Z', day = '2020-01-01'",
    ],
)
def test_an_effect_that_is_not_counted_as_it_was_recorded_is_found(office: Office, forgery: str) -> None:
    office.work()  # so that the first effect is not the newest record
    with closing(sqlite3.connect(office.path)) as database, database:
        database.execute(forgery)
    assert office.verdict().kind in {"unrecorded", "cut"}
    assert "effect" in office.verdict().wrong


@pytest.mark.parametrize("where", ["ledger", "vault"])
def test_a_forged_head_is_named(office: Office, where: str) -> None:
    note = office.house.root / PATH
    last = office.verdict().signed[-1]
    if where == "vault":
        note.write_text(note.read_text().replace(last.signature, "f" * 64))
    else:
        with closing(sqlite3.connect(office.path)) as database, database:
            database.execute("UPDATE heads SET signature = ?", ("f" * 64,))
    verdict = office.verdict()
    assert (verdict.kind, verdict.record) == ("forged", last.seq)
    assert "ledger" in verdict.wrong or PATH in verdict.wrong


def test_a_copy_that_was_deleted_is_missed(office: Office) -> None:
    (office.house.root / PATH).unlink()
    verdict = office.verdict()
    assert (verdict.kind, verdict.record) == ("lost", verdict.signed[0].seq)


def test_an_older_copy_in_the_place_of_the_copy_is_named(office: Office) -> None:
    older = (office.house.root / PATH).read_bytes()
    office.work()
    (office.house.root / PATH).write_bytes(older)
    verdict = office.verdict()
    assert (verdict.kind, verdict.record) == ("lost", verdict.signed[-1].seq)


def test_a_copy_that_was_lost_is_put_back(office: Office) -> None:
    note = office.house.root / PATH
    copy = note.read_bytes()
    note.unlink()
    office.sign()
    assert (note.read_bytes(), office.verdict().wrong) == (copy, "")


def test_a_key_that_was_exchanged_signs_nothing_that_was_signed(office: Office) -> None:
    secrets, now = office.house.app.secrets, office.house.clock.now()
    secrets.put({AUDIT_KEY: "ab" * 32}, now)
    verdict = office.verdict()
    assert (verdict.kind, verdict.record) == ("forged", office.house.app.ledger.heads.after(0)[0].seq)


def test_secrets_encrypted_with_a_new_key_vouch_as_before(office: Office) -> None:
    office.house.app.secrets.rotate()
    assert office.verdict().wrong == ""


def test_a_damaged_line_of_the_copy_is_named(office: Office) -> None:
    note = office.house.root / PATH
    note.write_text(note.read_text().replace("| i", "| changed by hand ", 1))
    assert office.verdict().kind == "forged"
    assert "line " in office.verdict().wrong


def test_without_the_key_the_signatures_vouch_for_nothing(office: Office) -> None:
    office.house.app.secrets.remove(AUDIT_KEY)
    verdict = office.verdict()
    assert verdict.kind == "unsigned"
    assert "put secrets/ and its key back" in verdict.wrong


def test_a_vault_that_is_away_changes_nothing_about_the_rest(office: Office) -> None:
    away = office.house.root.rename(office.house.root.with_name("away"))
    verdict = office.verdict()
    away.rename(office.house.root)
    assert (verdict.wrong, verdict.copies) == ("", 0)
