"""The messages of a connected mailbox: which were seen, in which thread they stand, and which task came of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daemon.core.mailboxes.values import IGNORE, LEAST_FAR, SEEN, Letter, Lost
from daemon.runtime.ledger.database import Database, Row, moment, stamp

# Of a message: the task that came of it, and what else it asked for, whose keys begin like that one's (see `Tasks`).
# An answer that was put into Outbox/ is not out before the person sent it, or wrote one themselves.
_UNSHOWN = """SELECT * FROM (SELECT letters.*, coalesce((
        SELECT coalesce(json_extract(:labels, '$.' || nullif(each.outcome, '')),
            json_extract(:labels, '$.' || CASE WHEN each.outcome = 'saved' AND p.action LIKE 'email.%' AND NOT EXISTS(
                SELECT 1 FROM jottings WHERE key = each.id AND name = 'answered') THEN 'unsent' ELSE p.state END),
            :seen) AS label
        FROM tasks AS each LEFT JOIN proposals AS p ON p.id = each.id AND p.latest = 1
        WHERE each.source_key = own.source_key
            OR each.source_key >= own.source_key || '+' AND each.source_key < own.source_key || ','
        ORDER BY instr(:order, label) LIMIT 1), :seen) AS wanted
    FROM letters LEFT JOIN tasks AS own ON own.id = letters.task
    WHERE letters.account = :account AND letters.task <> '')
    WHERE wanted <> shown ORDER BY seq LIMIT :most"""

_ASKING = "asking"
_MOST = 200  # messages of one thread that are looked at


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a mailbox, in sentences, and since when."""

    problems: tuple[str, ...]
    at: datetime


class Letters:
    """Those of one account; see `daemon.core.mailboxes.ports.Letters`."""

    def __init__(self, db: Database, account: str) -> None:
        self._db = db
        self.account = account

    @property
    def cursor(self) -> str:
        """Up to where everything in the mailbox is kept; "" before the first look."""
        row = self._db.row("SELECT value FROM cursors WHERE name = ?", (self.account,))
        return row["value"] if row else ""

    @property
    def last_at(self) -> datetime | None:
        """When the newest message that is known was seen."""
        row = self._db.row("SELECT at FROM letters WHERE account = ? ORDER BY seq DESC LIMIT 1", (self.account,))
        return moment(row["at"]) if row else None

    @property
    def trouble(self) -> Trouble | None:
        """What was wrong when somebody last looked; None when all was well."""
        if not (said := self._jotted("trouble")):
            return None
        return Trouble(tuple(said["problems"]), moment(said["at"]))

    def troubled(self, trouble: Trouble | None) -> None:
        """That is wrong now; None: all is well."""
        self._jot("trouble", {"problems": trouble.problems, "at": stamp(trouble.at)} if trouble else {})

    @property
    def newest_loss(self) -> Lost | None:
        """How the last look went that had to do without a cursor."""
        said = self._jotted("lost")
        return Lost(moment(said["wanted"]), moment(said["since"]), moment(said["at"])) if said else None

    def lost(self, lost: Lost) -> Lost:
        """See `daemon.core.mailboxes.ports.Letters`."""
        known, cursor = self.newest_loss, self.cursor
        if known and known.since <= lost.since and self._jotted("lost")["cursor"] == cursor:
            return known
        moments = {"wanted": stamp(lost.wanted), "since": stamp(lost.since), "at": stamp(lost.at)}
        self._jot("lost", moments | {"cursor": cursor})
        return lost

    def _jotted(self, name: str) -> dict[str, Any]:
        row = self._db.row("SELECT value FROM jottings WHERE key = ? AND name = ?", (self.account, name))
        return json.loads(row["value"]) if row and row["value"] else {}

    def _jot(self, name: str, said: Mapping[str, object]) -> None:
        row = {"key": self.account, "name": name, "value": json.dumps(said) if said else ""}
        sql = "INSERT INTO jottings VALUES (:key, :name, :value) ON CONFLICT DO UPDATE SET value = :value"
        self._db.execute(sql, row)

    def go_on_from(self, cursor: str) -> None:
        """Only when all that came before it is durable."""
        said = {"name": self.account, "value": cursor}
        self._db.execute("INSERT INTO cursors VALUES (:name, :value) ON CONFLICT DO UPDATE SET value = :value", said)

    def known(self, remote: str) -> bool:
        return (
            self._db.row("SELECT 1 FROM letters WHERE account = ? AND remote = ?", (self.account, remote)) is not None
        )

    def begin(self, remote: str, source_key: str, people: Sequence[str]) -> None:
        """It is about to be kept: a message of these people, for the task with this key."""
        sql = "INSERT INTO jottings VALUES (:key, :name, :value) ON CONFLICT DO UPDATE SET value = :value"
        with self._db.transaction():
            self._db.execute(sql, {"key": self.account, "name": "keeping", "value": remote})
            self._db.execute(sql, {"key": source_key, "name": _ASKING, "value": json.dumps(people)})

    def end(self, source_key: str) -> None:
        """What was begun for this key is noted."""
        self._db.execute("DELETE FROM jottings WHERE key = ? AND name = ?", (source_key, _ASKING))

    def asking(self, source_key: str) -> tuple[str, ...]:
        """Whose message was begun for this key and is not noted yet; nobody when there is none."""
        row = self._db.row("SELECT value FROM jottings WHERE key = ? AND name = ?", (source_key, _ASKING))
        return tuple(json.loads(row["value"])) if row else ()

    def begun(self, remote: str) -> bool:
        row = self._db.row("SELECT value FROM jottings WHERE key = ? AND name = 'keeping'", (self.account,))
        return row is not None and row["value"] == remote

    def get(self, remote: str) -> Letter | None:
        row = self._db.row("SELECT * FROM letters WHERE account = ? AND remote = ?", (self.account, remote))
        return _letter(row) if row else None

    def add(self, letter: Letter, now: datetime) -> None:
        """A second call for the same message changes nothing."""
        row = {
            "account": self.account, "remote": letter.remote, "thread": letter.thread, "message_id": letter.message_id,
            "answers": letter.answers, "title": letter.title, "sent": int(letter.sent), "task": letter.task,
            "path": letter.path, "people": json.dumps(letter.people), "at": stamp(now), "shown": letter.shown,
        }  # fmt: skip
        with self._db.transaction():
            if not self.known(letter.remote):
                self._db.insert("letters", row)

    def thread(self, thread: str) -> list[Letter]:
        """The newest messages that are known of one thread, in the order in which they were seen."""
        sql = "SELECT * FROM letters WHERE account = ? AND thread = ? ORDER BY seq DESC LIMIT ?"
        return [_letter(row) for row in reversed(self._db.rows(sql, (self.account, thread, _MOST)))]

    def naming(self, message_ids: Collection[str]) -> list[Letter]:
        """The messages that bear these Message-IDs, in the order of the ids; of two with one id, both."""
        sql = "SELECT * FROM letters WHERE account = ? AND message_id = ? AND message_id <> ''"
        return [_letter(row) for one in message_ids for row in self._db.rows(sql, (self.account, one))]

    def hand_over(self, task: str, to: str) -> None:
        """What came of these messages is another task now, in whatever mailbox they lie."""
        self._db.execute("UPDATE letters SET task = ? WHERE task = ? AND task <> ''", (to, task))

    def ignore(self, remote: str) -> None:
        """The person wants this message left alone: nothing comes of it and nothing is shown any more."""
        sql = "UPDATE letters SET task = '', shown = ? WHERE account = ? AND remote = ?"
        self._db.execute(sql, (IGNORE, self.account, remote))

    def answered(self, tasks: Iterable[str], how: str) -> None:
        """The person answered these themselves; `how` is what is said of it. Doing it twice does the same."""
        sql = "INSERT INTO jottings VALUES (:key, 'answered', :value) ON CONFLICT DO NOTHING"
        for task in tasks:
            self._db.execute(sql, {"key": task, "value": how})

    def unshown(self, labels: Mapping[str, str], most: int) -> list[tuple[Letter, str]]:
        """The oldest messages that show another label than `labels` has for them, with that label.

        `labels`: by the outcome of a task that came of a message, else by the state of its newest draft, in which an
        answer that only lies in Outbox/ is "unsent". Of several tasks the one counts that is least far.
        """
        said = {"labels": json.dumps(labels), "order": ",".join(LEAST_FAR), "seen": SEEN}
        rows = self._db.rows(_UNSHOWN, said | {"account": self.account, "most": most})
        return [(_letter(row), row["wanted"]) for row in rows]

    def show(self, remote: str, shown: str) -> None:
        """This state stands in the mailbox now."""
        self._db.execute("UPDATE letters SET shown = ? WHERE account = ? AND remote = ?", (shown, self.account, remote))


def _letter(row: Row) -> Letter:
    return Letter(
        account=row["account"],
        remote=row["remote"],
        thread=row["thread"],
        message_id=row["message_id"],
        sent=bool(row["sent"]),
        task=row["task"],
        path=row["path"],
        people=tuple(json.loads(row["people"])),
        shown=row["shown"],
        answers=row["answers"],
        title=row["title"],
    )
