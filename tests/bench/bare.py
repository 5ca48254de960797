"""The floor: what the disk takes for the same durable steps when nothing is read, decided or checked."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

FOLDERS = ("Inbox", "Needs_Action", "In_Progress", "Pending_Approval", "Approved", "Outbox", "Attachments", "Done")
CONTENT = b"x" * 1500  # bytes; about what a note has


class Bare:
    """A few folders and one SQLite file in WAL mode with synchronous=FULL."""

    def __init__(self, root: Path) -> None:
        self._root = root
        for folder in FOLDERS:
            (root / folder).mkdir(parents=True)
        self._database = sqlite3.connect(root / "ledger", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute("CREATE TABLE facts(said TEXT)")

    def draft(self, name: str) -> None:
        """Five file operations: original kept, task note made, dropped file removed, claimed, draft made."""
        self._drop(name)
        self.create("Attachments", name)
        self.create("Needs_Action", name)
        (self._root / "Inbox" / name).unlink()
        self._sync("Inbox")
        self._move(name, "Needs_Action", "In_Progress")
        self.create("Pending_Approval", name)

    def task(self, name: str) -> None:
        """The least a prototype needs: 3 creations (task note, draft, result), 2 moves (claim, file), 4 commits."""
        self._drop(name)
        self._commit("arrived")
        self.create("Needs_Action", name)
        self._move(name, "Needs_Action", "In_Progress")
        self._commit("proposed")
        self.create("Pending_Approval", name)
        self._approve(name)
        self._commit("begun")
        self.create("Outbox", name)
        self._commit("done")
        self._move(name, "Approved", "Done")

    def close(self) -> None:
        self._database.close()

    def _drop(self, name: str) -> None:
        (self._root / "Inbox" / name).write_bytes(CONTENT)

    def _approve(self, name: str) -> None:
        (self._root / "Pending_Approval" / name).rename(self._root / "Approved" / name)

    def create(self, folder: str, name: str) -> None:
        temporary = self._root / folder / f".{name}.tmp"
        with temporary.open("xb", buffering=0) as file:
            file.write(CONTENT)
            os.fsync(file.fileno())
        temporary.rename(self._root / folder / name)
        self._sync(folder)

    def _move(self, name: str, source: str, target: str) -> None:
        (self._root / source / name).rename(self._root / target / name)
        self._sync(target)
        self._sync(source)

    def _sync(self, folder: str) -> None:
        descriptor = os.open(self._root / folder, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)

    def _commit(self, fact: str) -> None:
        self._database.execute("INSERT INTO facts VALUES (?)", (fact,))
