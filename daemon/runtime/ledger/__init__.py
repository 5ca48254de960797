"""The ledger: what was proposed, decided and done, and the audit chain over it.

One SQLite file in EMPLOYEE_HOME. It is never rebuilt from anything else. Nothing here looks at the vault and nothing
here decides; every method is one fact read or one fact written.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from daemon.core.accounting.numbering import Numbering
from daemon.core.errors import Outage, UserError
from daemon.runtime.ledger.audit import Audit
from daemon.runtime.ledger.database import Database, stamp
from daemon.runtime.ledger.decisions import Decisions
from daemon.runtime.ledger.heads import Heads
from daemon.runtime.ledger.jottings import Jottings
from daemon.runtime.ledger.letters import Letters
from daemon.runtime.ledger.mark import Mark
from daemon.runtime.ledger.numbering import Numbers
from daemon.runtime.ledger.postponing import Postponements
from daemon.runtime.ledger.proposals import Proposals
from daemon.runtime.ledger.runs import Runs
from daemon.runtime.ledger.spending import Spending
from daemon.runtime.ledger.tasks import Tasks
from daemon.runtime.ledger.trust import Trust


@dataclass(frozen=True, slots=True)
class Pause:
    """The STOP switch is on."""

    reason: str
    by: str
    at: str


class Ledger:
    """One open ledger; usable from every thread of the process."""

    def __init__(self, path: Path) -> None:
        """Open or make the ledger file; its folder exists. Raises Damaged, or Outage when the disk refuses."""
        self.path = path
        self._db = Database(path)
        self.audit = Audit(self._db)
        self.tasks = Tasks(self._db, self.audit)
        self.mark = Mark(path.with_name(f"{path.name}-mark"))
        self.proposals = Proposals(self._db, self.audit, self.mark)
        self.decisions = Decisions(self._db)
        self.heads = Heads(self._db)
        self.runs = Runs(self._db)
        self.spending = Spending(self._db)
        self.postponed = Postponements(self._db)
        self.trust = Trust(self._db, self.audit)
        self.jottings = Jottings(self._db)
        self.transaction = self._db.transaction
        self.version = self._db.version

    def numbers(self, numbering: Numbering) -> Numbers:
        """The numbers of invoices, in the form that is configured."""
        return Numbers(self._db, self.audit, numbering)

    def letters(self, account: str) -> Letters:
        """The messages of one connected mailbox."""
        return Letters(self._db, account)

    def filed_mail(self, task: str) -> bool:
        """Whether it is mail of a connected mailbox that nobody answered there, or said hands off."""
        sql = (
            "SELECT 1 FROM letters WHERE task = ? AND NOT EXISTS"
            " (SELECT 1 FROM decisions WHERE id = letters.task AND verdict = 'obsolete')"
        )
        return self._db.row(sql, (task,)) is not None

    @property
    def instance(self) -> str:
        """The name of this state directory: a vault belongs to exactly one."""
        found = self.get("instance")
        if found:
            return found
        self.put("instance", "i" + secrets.token_hex(5))
        return self.get("instance")

    def get(self, key: str) -> str:
        row = self._db.row("SELECT value FROM meta WHERE key = ?", (key,))
        return row["value"] if row else ""

    def put(self, key: str, value: str) -> None:
        """`instance` is written once; everything else may be replaced."""
        clash = "DO NOTHING" if key == "instance" else "DO UPDATE SET value = excluded.value"
        self._db.execute(f"INSERT INTO meta VALUES (?, ?) ON CONFLICT(key) {clash}", (key, value))  # noqa: S608

    def take_over(self) -> None:
        """From now on effects begin only here: a process that was the manager before begins none any more."""
        self.proposals.holder = f"{os.getpid()} {secrets.token_hex(8)}"
        self.put("manager", self.proposals.holder)

    def require_ours(self) -> None:
        """Raises UserError (exit code 75) when another process took over since: it may have effects under way."""
        if by := self.proposals.displaced_by():
            said = f"another AI Employee (process {by}) took over here; I end, so that no two work here"
            raise UserError(said, exit_code=75)

    @property
    def paused(self) -> Pause | None:
        text = self.get("paused")
        return Pause(**json.loads(text)) if text else None

    def pause(self, reason: str, by: str, now: datetime) -> None:
        """No effect begins from the moment this returns."""
        with self.transaction():
            self.put("paused", json.dumps({"reason": reason, "by": by, "at": stamp(now)}))
            self.audit.record(now, "PAUSED", "", {"reason": reason, "by": by})

    def resume(self, by: str, now: datetime) -> bool:
        """False when nothing was paused."""
        with self.transaction():
            changed = self._db.execute("DELETE FROM meta WHERE key = 'paused'")
            if changed:
                self.audit.record(now, "RESUMED", "", {"by": by})
            return bool(changed)

    def note_day(self, day: str, now: datetime) -> None:
        """Record it when the person's day is an earlier one than it was: the clock was set back, or the time zone."""
        before = self.get("day")
        if day == before:
            return
        with self.transaction():
            self.put("day", day)
            if day < before:
                self.audit.record(now, "CLOCK", "", {"day": day, "before": before})

    def fault(self) -> str:
        """What is wrong with the file, or with a draft in it that waits; "" when all is whole."""
        if fault := self._db.fault():
            return fault
        try:
            for proposal in self.proposals.open():
                self.proposals.content(proposal.key)
        except (UserError, Outage, ValueError, KeyError) as damaged:  # flipped bits make words that are none
            return str(damaged)
        return ""

    def close(self) -> None:
        self._db.close()
