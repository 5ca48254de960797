"""Ledgers that are in use keep everything they hold when a newer program opens them."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from daemon.core.errors import UserError
from daemon.core.task import Arrival
from daemon.runtime.ledger import Ledger
from daemon.runtime.ledger.database import MIGRATIONS, SCHEMA, VERSION
from daemon.runtime.ledger.verifying import Witness
from tests.fakes import NOON

ARRIVAL = Arrival("note", "inbox", "file:1", "", "Title", "text", ())


@contextmanager
def sqlite(path: Path) -> Generator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection, connection:
        yield connection


def tables(path: Path) -> dict[str, str]:
    with sqlite(path) as connection:
        return dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"))


def version(path: Path) -> int:
    with sqlite(path) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A ledger as version 1 made it, with something in it."""
    path = tmp_path / "ledger.sqlite3"
    with sqlite(path) as connection:
        connection.executescript(SCHEMA)
        connection.execute("PRAGMA user_version = 1")
        connection.execute("INSERT INTO meta VALUES ('instance', 'iold')")
    return path


def test_ledger_of_version_1_keeps_what_it_holds(first: Path) -> None:
    with closing(Ledger(first)) as ledger:
        assert ledger.instance == "iold"
        ledger.tasks.arrive("taaaaaaaaaa", "file:1", ARRIVAL, NOON)
        assert ledger.audit.verify().wrong == ""


def test_migrated_ledger_is_what_a_new_one_is(first: Path, tmp_path: Path) -> None:
    Ledger(first).close()
    Ledger(tmp_path / "new.sqlite3").close()
    assert tables(first) == tables(tmp_path / "new.sqlite3")
    assert version(first) == version(tmp_path / "new.sqlite3") == VERSION


def test_migrating_is_done_once(first: Path) -> None:
    Ledger(first).close()
    Ledger(first).close()
    assert version(first) == VERSION


@pytest.mark.parametrize("old", range(1, 4))
def test_ledger_from_before_the_signatures_verifies_without_them(tmp_path: Path, old: int) -> None:
    path = tmp_path / "ledger.sqlite3"
    with sqlite(path) as connection:
        connection.executescript(";".join((SCHEMA, *MIGRATIONS[: old - 1])))
        connection.execute(f"PRAGMA user_version = {old}")
    with closing(Ledger(path)) as ledger:
        ledger.tasks.arrive("taaaaaaaaaa", "file:1", ARRIVAL, NOON)
        verdict = ledger.audit.verify(Witness(ledger.instance, None))
        assert (verdict.wrong, verdict.signed, verdict.records) == ("", (), 1)


def test_program_that_ends_while_migrating_leaves_the_old_ledger(first: Path) -> None:
    before = tables(first)
    with closing(sqlite3.connect(first, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(MIGRATIONS[0])
    assert (tables(first), version(first)) == (before, 1)
    Ledger(first).close()
    assert version(first) == VERSION


def test_ledger_of_a_newer_program_is_refused(first: Path) -> None:
    Ledger(first).close()
    with sqlite(first) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(UserError, match="newer AI Employee"):
        Ledger(first)
    assert version(first) == VERSION + 1


def test_two_programs_open_an_old_ledger(first: Path) -> None:
    with closing(Ledger(first)) as one, closing(Ledger(first)) as two:
        one.put("key", "value")
        assert two.get("key") == "value"
