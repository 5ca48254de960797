"""What came in, once each: seen source keys, failed attempts, how a task ended, feedback for the next draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from daemon.core.proposal import Key
from daemon.runtime.ledger.audit import Audit
from daemon.runtime.ledger.database import Database, Row, stamp

if TYPE_CHECKING:
    from daemon.core.ports import Earlier
    from daemon.core.task import Arrival

# Intake adds 18 characters to the key of what is dropped once more: # and the time, to the microsecond.
_CAME_BEFORE = (
    "EXISTS(SELECT 1 FROM tasks earlier WHERE earlier.source_key ="
    " substr(tasks.source_key, 1, length(tasks.source_key) - 18))"
)


@dataclass(frozen=True, slots=True)
class Known:
    """A task the ledger has seen. `durable`: its note was written; `taken`: the dropped file still to be removed."""

    id: str
    source_key: str
    title: str
    durable: bool
    taken: str
    attempts: int
    error: str
    outcome: str


class Tasks:
    """The tasks of one ledger."""

    def __init__(self, db: Database, audit: Audit) -> None:
        self._db = db
        self._audit = audit

    def by_source(self, source_key: str) -> Known | None:
        return _known(self._db.row("SELECT * FROM tasks WHERE source_key = ?", (source_key,)))

    def with_parts(self, task: str) -> list[str]:
        """The task, and what else was asked for in the same message."""
        known = self.get(task)
        begins = f"{known.source_key}+" if known else ""
        sql = "SELECT id FROM tasks WHERE source_key >= ? AND source_key < ? ORDER BY arrived_at, id"
        rows = self._db.rows(sql, (begins, f"{begins[:-1]},")) if begins else []  # "," comes right after "+"
        return [task, *(row["id"] for row in rows)]

    def of_mail(self, message_id: str) -> list[str]:
        """The tasks that came of mails with this Message-ID."""
        begins = f"mail:{message_id}"
        sql = "SELECT id FROM tasks WHERE source_key > ? AND source_key < ? ORDER BY arrived_at, id"
        return [row["id"] for row in self._db.rows(sql, (f"{begins}:", f"{begins};"))] if message_id else []

    def unfinished(self, source_key: str, taken: str) -> Known | None:
        """The task that this dropped file began before a restart: announced, or durable and not yet taken out."""
        if not taken:
            return None
        row = self._db.row(
            "SELECT * FROM tasks WHERE taken = ? AND taken <> '' AND (source_key = ? OR substr(source_key, 1, ?) = ?)",
            (taken, source_key, len(source_key) + 1, source_key + "#"),
        )
        return _known(row)

    def get(self, task: str) -> Known | None:
        return _known(self._db.row("SELECT * FROM tasks WHERE id = ?", (task,)))

    def matching(self, prefix: str) -> list[str]:
        rows = self._db.rows("SELECT id FROM tasks WHERE substr(id, 1, ?) = ?", (len(prefix), prefix))
        return [row["id"] for row in rows]

    def arrive(self, task: str, source_key: str, arrival: Arrival, now: datetime) -> None:
        """Announce a task before its note is written; a second call for the same id changes nothing."""
        with self._db.transaction():
            if self._db.row("SELECT 1 FROM tasks WHERE id = ?", (task,)):
                return
            row = {"id": task, "source_key": source_key, "kind": arrival.kind, "title": arrival.title}
            self._db.insert("tasks", row | {"taken": arrival.taken, "arrived_at": stamp(now)})
            self._audit.record(now, "ARRIVED", task, {"source_key": source_key, "kind": arrival.kind})

    def mark_durable(self, task: str) -> None:
        self._db.execute("UPDATE tasks SET durable = 1 WHERE id = ? AND durable = 0", (task,))

    def mark_taken(self, task: str) -> None:
        """The dropped file is out of Inbox/."""
        self._db.execute("UPDATE tasks SET taken = '' WHERE id = ?", (task,))

    def waits(self, task: str, *, begun: bool = False) -> bool:
        """Whether somebody waits for its answer: that is still to be drafted (again), decided or sent.

        `begun`: also one that is being sent, which may turn out not to have left.
        """
        row = self._db.row(
            "SELECT 1 FROM tasks LEFT JOIN proposals p ON p.id = tasks.id AND p.latest = 1"
            " WHERE tasks.id = ? AND tasks.outcome = '' AND coalesce(p.action, 'email.reply') LIKE 'email.%'"
            " AND (coalesce(p.state, 'proposed') IN ('proposed', 'held', ?) OR p.state = 'rejected' AND"
            " (p.why <> '' AND p.filed = 0"  # what the person said, which leads to a new draft
            " OR EXISTS(SELECT 1 FROM feedback f WHERE f.id = p.id AND f.generation = p.generation)))",
            (task, "sending" if begun else "held"),
        )
        return row is not None

    def newest(self, count: int) -> list[str]:
        """Ids of the tasks that came last and have left files in the vault."""
        sql = "SELECT id FROM tasks WHERE durable = 1 ORDER BY arrived_at DESC LIMIT ?"
        return [row["id"] for row in self._db.rows(sql, (count,))]

    def attempt(self, task: str) -> int:
        """Count an attempt before it is made. Returns how many there were, this one included."""
        with self._db.transaction():
            self._db.execute("UPDATE tasks SET attempts = attempts + 1, durable = 1 WHERE id = ?", (task,))
            row = self._db.row("SELECT attempts FROM tasks WHERE id = ?", (task,))
            return int(row["attempts"]) if row else 1

    def under_way(self) -> list[str]:
        """Tasks with tries that came to nothing yet: after a kill, what was worked on then."""
        return [row["id"] for row in self._db.rows("SELECT id FROM tasks WHERE attempts > 0 AND outcome = ''")]

    def forgive(self, task: str, error: str = "") -> None:
        """Start counting again: the person asked for a retry, or the failure was nobody's fault."""
        self._db.execute(
            "UPDATE tasks SET attempts = 0, error = ?, outcome = '', finished_day = '' WHERE id = ?", (error, task)
        )

    def close(self, task: str, outcome: str, why: str, *, day: str, now: datetime) -> str:
        """The task ended without an effect: `closed` (needed no answer) or `failed`. Returns the day it was closed on.

        Of one that is closed, tries are counted anew: a kill while its note is filed says nothing against it. Closed
        again after a kill, it is so since the first time, whatever day it is by now.
        """
        with self._db.transaction():
            before = self._db.row("SELECT finished_day FROM tasks WHERE id = ? AND outcome = 'closed'", (task,))
            day = before["finished_day"] if before and outcome == "closed" else day
            finished, error, kept = (day, "", 0) if outcome == "closed" else ("", why, 1)
            self._db.execute(
                "UPDATE tasks SET outcome = ?, error = ?, finished_day = ?, attempts = attempts * ? WHERE id = ?",
                (outcome, error, finished, kept, task),
            )
            self._audit.record(now, "CLOSED" if outcome == "closed" else "FAILED", task, {"why": why})
            return day

    def finished_on(self, day: str) -> int:
        """How many effects were carried out: each task has one at most."""
        return self._count("finished_day = ? AND finished_day <> '' AND outcome <> 'closed'", day)

    def closed_on(self, day: str) -> int:
        """How many tasks needed nothing; what was dropped once more is none of them."""
        return self._count(
            f"finished_day = ? AND finished_day <> '' AND outcome = 'closed' AND NOT {_CAME_BEFORE}", day
        )

    def came_before(self, task: str) -> bool:
        """Whether it is something that was dropped once more."""
        return self._count(f"id = ? AND {_CAME_BEFORE}", task) > 0

    def _count(self, which: str, said: str) -> int:
        row = self._db.row(f"SELECT count(*) AS n FROM tasks WHERE {which}", (said,))  # noqa: S608 - our own words
        return int(row["n"]) if row else 0

    # --- feedback

    def add_feedback(self, key: Key, text: str, draft: str, now: datetime) -> bool:
        """Remember what the person said about a draft. False when exactly this was said before."""
        with self._db.transaction():
            if self._db.row("SELECT 1 FROM feedback WHERE id = ? AND generation = ? AND text = ?", (*key, text)):
                return False
            row = {"id": key[0], "generation": key[1], "text": text, "draft": draft, "at": stamp(now)}
            self._db.insert("feedback", row)
            return True

    def earlier(self, task: str) -> list[Earlier]:
        from daemon.core.ports import Earlier

        rows = self._db.rows("SELECT generation, draft, text FROM feedback WHERE id = ? ORDER BY rowid", (task,))
        return [Earlier(row["generation"], row["draft"], row["text"]) for row in rows]


def _known(row: Row | None) -> Known | None:
    if row is None:
        return None
    durable, taken = bool(row["durable"]), row["taken"]
    return Known(
        row["id"], row["source_key"], row["title"], durable, taken, row["attempts"], row["error"], row["outcome"]
    )
