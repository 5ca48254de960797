"""One SQLite file: opened safely, written in short exclusive transactions.

WAL with `synchronous=FULL`: a committed transaction survives a power cut. Every transaction begins IMMEDIATE, so two
processes never deadlock on an upgrade; the second waits up to ten seconds.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from daemon.core.errors import Outage, UserError

# Version 1 of the ledger. It never changes: what came later stands in MIGRATIONS.
SCHEMA = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE tasks(
    id TEXT PRIMARY KEY, source_key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, title TEXT NOT NULL,
    arrived_at TEXT NOT NULL, durable INTEGER NOT NULL DEFAULT 0, taken TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '',
    outcome TEXT NOT NULL DEFAULT '', finished_day TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX tasks_finished ON tasks(finished_day) WHERE finished_day <> '';
CREATE INDEX tasks_taken ON tasks(taken) WHERE taken <> '';
CREATE TABLE cursors(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE proposals(
    id TEXT NOT NULL, generation INTEGER NOT NULL, action TEXT NOT NULL, channel TEXT NOT NULL, agent TEXT NOT NULL,
    title TEXT NOT NULL, risk TEXT NOT NULL, cover TEXT NOT NULL, params TEXT NOT NULL, text TEXT NOT NULL,
    note BLOB NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, state TEXT NOT NULL, proposed_at TEXT NOT NULL,
    expires_at TEXT NOT NULL, decided_at TEXT, seen INTEGER NOT NULL DEFAULT 0, gone_since TEXT,
    hold_until TEXT, hold_digest TEXT NOT NULL DEFAULT '', hold_by TEXT NOT NULL DEFAULT '',
    hold_via TEXT NOT NULL DEFAULT '', hold_twin INTEGER NOT NULL DEFAULT 0, not_before TEXT,
    snapshot BLOB, latest INTEGER NOT NULL DEFAULT 1, filed INTEGER NOT NULL DEFAULT 0, why TEXT NOT NULL DEFAULT '',
    PRIMARY KEY(id, generation)) STRICT;
CREATE INDEX proposals_open ON proposals(id, generation) WHERE filed = 0;
CREATE TABLE feedback(
    id TEXT NOT NULL, generation INTEGER NOT NULL, text TEXT NOT NULL, draft TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY(id, generation, text)) STRICT;
CREATE TABLE effects(
    key TEXT PRIMARY KEY, id TEXT NOT NULL, generation INTEGER NOT NULL, action TEXT NOT NULL, day TEXT NOT NULL,
    begun_at TEXT NOT NULL, finished_at TEXT,
    outcome TEXT NOT NULL DEFAULT '', receipt TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX effects_day ON effects(day, action);
CREATE INDEX effects_proposal ON effects(id, generation);
CREATE TABLE decisions(
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL, generation INTEGER NOT NULL, verdict TEXT NOT NULL, via TEXT NOT NULL,
    "by" TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL, applied_at TEXT) STRICT;
CREATE INDEX decisions_open ON decisions(seq) WHERE applied_at IS NULL;
CREATE TABLE audit(
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, data TEXT NOT NULL,
    prev TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
CREATE INDEX audit_subject ON audit(subject);
"""
# What makes each later version out of the one before, oldest first; a new ledger goes through all of them. Add at the
# end and never change one that was shipped: there are ledgers that went through it.
MIGRATIONS = (
    """
CREATE TABLE runs(
    job TEXT NOT NULL, planned_at TEXT NOT NULL, started_at TEXT, finished_at TEXT,
    outcome TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0, detail TEXT NOT NULL DEFAULT '',
    PRIMARY KEY(job, planned_at)) STRICT, WITHOUT ROWID;
""",
    """
CREATE TABLE numbers(
    series TEXT NOT NULL, n INTEGER NOT NULL, text TEXT NOT NULL UNIQUE, key TEXT UNIQUE,
    issued TEXT NOT NULL, written TEXT NOT NULL DEFAULT '', PRIMARY KEY(series, n)) STRICT;
""",
    """
CREATE TABLE heads(
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, instance TEXT NOT NULL, hash TEXT NOT NULL,
    signature TEXT NOT NULL) STRICT;
""",
    "ALTER TABLE decisions ADD COLUMN file TEXT NOT NULL DEFAULT '';",
    """
CREATE TABLE spending(
    seq INTEGER PRIMARY KEY, begun_at TEXT NOT NULL, finished_at TEXT, agent TEXT NOT NULL, purpose TEXT NOT NULL,
    task TEXT NOT NULL, model TEXT NOT NULL, input INTEGER NOT NULL DEFAULT 0, output INTEGER NOT NULL DEFAULT 0,
    read INTEGER NOT NULL DEFAULT 0, written INTEGER NOT NULL DEFAULT 0, nanos INTEGER NOT NULL,
    milliseconds INTEGER NOT NULL DEFAULT 0, outcome TEXT NOT NULL, after INTEGER NOT NULL) STRICT;
CREATE INDEX spending_begun ON spending(begun_at, nanos);
CREATE INDEX spending_task ON spending(task) WHERE task <> '';
""",
    """
CREATE TABLE postponed(
    digest TEXT PRIMARY KEY, agent TEXT NOT NULL, purpose TEXT NOT NULL, task TEXT NOT NULL, model TEXT NOT NULL,
    put_at TEXT NOT NULL, until TEXT NOT NULL, why TEXT NOT NULL, stage TEXT NOT NULL, sent_at TEXT,
    batch TEXT NOT NULL, spending INTEGER NOT NULL) STRICT, WITHOUT ROWID;
""",
    """
CREATE TABLE letters(
    seq INTEGER PRIMARY KEY, account TEXT NOT NULL, remote TEXT NOT NULL, thread TEXT NOT NULL,
    message_id TEXT NOT NULL, answers TEXT NOT NULL, title TEXT NOT NULL, sent INTEGER NOT NULL, task TEXT NOT NULL,
    path TEXT NOT NULL, people TEXT NOT NULL, at TEXT NOT NULL, shown TEXT NOT NULL, UNIQUE(account, remote)) STRICT;
CREATE INDEX letters_thread ON letters(account, thread);
CREATE INDEX letters_message ON letters(account, message_id) WHERE message_id <> '';
CREATE INDEX letters_task ON letters(task) WHERE task <> '';
CREATE TABLE jottings(
    key TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(key, name)) STRICT, WITHOUT ROWID;
""",
)
VERSION = 1 + len(MIGRATIONS)

Row = sqlite3.Row
_REPAIR = (
    "Nothing is lost in your vault, and nothing is sent. If you have a copy of the folder it lies in, put that back; "
    "else `employee adopt` puts the ledger aside and has everything that waits proposed to you anew."
)


class Damaged(UserError):
    """The ledger cannot be believed: it is damaged, or older than what is known elsewhere."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}. {_REPAIR}", exit_code=78)


class Database:
    """A connection shared by the threads of one process; `transaction` is the only way to write."""

    def __init__(self, path: Path) -> None:
        """Open, or make with mode 0600. Raises UserError when the file is damaged or from a newer version."""
        self.path = path
        self._lock = threading.RLock()
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            with _translated(path):
                self._connection = self._open(path)
            self._files = _files(path)
        except OSError as error:
            raise Outage(_away(path, error.strerror or str(error))) from error

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        _migrate(connection, version)
        connection.execute("COMMIT")
        if version > VERSION:
            raise UserError(f"the ledger {path} was made by a newer AI Employee; update this one")
        return connection

    @contextmanager
    def transaction(self) -> Generator[None]:
        """All or nothing; a nested one joins the outer. A full disk or a locked file raises Outage."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._require_same_files()
            with _translated(self.path), self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                yield

    @contextmanager
    def snapshot(self) -> Generator[None]:
        """Everything read inside is of one moment; others may write meanwhile, this process waits."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.execute("ROLLBACK")

    def execute(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> int:
        """A change, in its own transaction unless one is open. Returns the number of rows changed."""
        with self.transaction():
            return self._connection.execute(sql, values).rowcount  # pyright: ignore[reportArgumentType]

    def insert(self, table: str, row: Mapping[str, object]) -> None:
        columns = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join(f":{name}" for name in row)
        self.execute(f"INSERT INTO {table}({columns}) VALUES ({marks})", row)  # noqa: S608 - our own names

    def rows(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[Row]:
        with self._lock, _translated(self.path):
            return self._connection.execute(sql, values).fetchall()  # pyright: ignore[reportArgumentType]

    def row(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        with self._lock, _translated(self.path):
            return self._connection.execute(sql, values).fetchone()  # pyright: ignore[reportArgumentType]

    def version(self) -> int | None:
        """A number that is another one after another process wrote. None, without waiting, while this one is busy.

        It lies in memory that the processes share: asking it costs no access to the disk.
        See https://www.sqlite.org/pragma.html#pragma_data_version.
        """
        if not self._lock.acquire(blocking=False):
            return None
        try:
            with _translated(self.path):
                return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        finally:
            self._lock.release()

    def _require_same_files(self) -> None:
        """What is written into a file that was moved away or deleted is lost with it."""
        try:
            same = _files(self.path) == self._files
        except OSError:
            same = False
        if not same:
            raise Outage(
                f"the ledger {self.path} was moved, deleted or replaced while I was using it, so nothing more is done. "
                "Put it back where it was, or stop AI Employee and start it again: `employee run`"
            )

    def fault(self) -> str:
        """The first problem that `PRAGMA quick_check` finds; "" when there is none."""
        try:
            found = str(self.rows("PRAGMA quick_check(1)")[0][0])
        except UserError as damaged:
            return str(damaged)
        return "" if found == "ok" else found

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def _files(path: Path) -> list[tuple[int, int]]:
    """Which files they are, whatever their names: the ledger, and what was written last."""
    found = [path.stat(), path.with_name(f"{path.name}-wal").stat()]
    return [(each.st_dev, each.st_ino) for each in found]


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring a ledger up to VERSION inside the open transaction: after a crash it is as it was, or all new."""
    for script in (SCHEMA, *MIGRATIONS)[version:]:
        for statement in filter(str.strip, script.split(";\n")):
            connection.execute(statement)
    if version < VERSION:
        connection.execute(f"PRAGMA user_version = {VERSION}")


def _away(path: Path, why: str) -> str:
    return (
        f"the ledger {path} cannot be used now ({why}). Look whether its disk is full, read-only or broken. Nothing is "
        "lost meanwhile, and nothing goes out"
    )


@contextmanager
def _translated(path: Path) -> Generator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise Damaged(f"the ledger {path} is damaged ({error.reason})") from error
    except sqlite3.OperationalError as error:
        if "decode" in str(error):
            raise Damaged(f"the ledger {path} is damaged ({error})") from error
        raise Outage(_away(path, str(error))) from error
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise  # a fault of ours
    except sqlite3.DatabaseError as error:
        raise Damaged(f"the ledger {path} is damaged ({error})") from error


def stamp(at: datetime) -> str:
    """UTC, microseconds, sorts as text."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> datetime:
    """What `stamp` wrote. Raises Damaged for anything else, also for what Python would read without its zone."""
    try:
        at = datetime.fromisoformat(text)
    except (ValueError, TypeError) as error:
        raise Damaged(f"the ledger holds a time that was never written ({error})") from error
    if at.tzinfo is None:
        raise Damaged("the ledger holds a time that was never written: it has lost its end")
    return at


def maybe(text: str | None) -> datetime | None:
    """`moment`, for a column that may be empty."""
    return None if text is None else moment(text)
