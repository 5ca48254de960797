"""The numbers of invoices; `daemon.core.accounting.numbering` says what holds for them and why."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from daemon.core.accounting.numbering import Numbering
from daemon.core.accounting.ports import Number
from daemon.runtime.ledger.audit import Audit
from daemon.runtime.ledger.database import Database, Row


class Numbers:
    """The numbers that one ledger gives. One writer: effects of one channel run one after another."""

    def __init__(self, db: Database, audit: Audit, numbering: Numbering) -> None:
        self._db = db
        self._audit = audit
        self._numbering = numbering

    def of(self, key: str) -> Number | None:
        """The number that this effect has taken."""
        row = self._db.row("SELECT * FROM numbers WHERE key = ?", (key,))
        return _number(row) if row else None

    def take(self, key: str, issued: date, used: Collection[str], now: datetime) -> Number:
        """The number of this effect: the one it has, the lowest free one, or the next. `used`: given elsewhere."""
        with self._db.transaction():
            if found := self.of(key):
                return found
            series = self._numbering.series(issued.year)
            n, text = self._free(series, used) or self._next(series, issued.year, used)
            self._db.execute(
                "INSERT INTO numbers(series, n, text, key, issued) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT(series, n) DO UPDATE SET key = excluded.key, issued = excluded.issued",
                (series, n, text, key, issued.isoformat()),
            )
            self._audit.record(now, "NUMBERED", _task(key), {"key": key, "number": text})
        return Number(text, issued)

    def keep(self, key: str, written: str) -> None:
        """From now on the number is given; `written` is all that the files of the invoice say."""
        self._db.execute("UPDATE numbers SET written = ? WHERE key = ?", (written, key))

    def naming(self, said: str) -> list[str]:
        """What was written of each given number in whose writing this stands."""
        rows = self._db.rows("SELECT written FROM numbers WHERE instr(written, ?) ORDER BY issued, text", (said,))
        return [row["written"] for row in rows]

    def release(self, key: str, now: datetime) -> None:
        """The effect surely did not happen: the next invoice gets the number. One that is given stays."""
        with self._db.transaction():
            found = self.of(key)
            if found and not found.written:
                self._db.execute("UPDATE numbers SET key = NULL WHERE key = ?", (key,))
                self._audit.record(now, "RELEASED", _task(key), {"key": key, "number": found.text})

    def _free(self, series: str, used: Collection[str]) -> tuple[int, str] | None:
        rows = self._db.rows("SELECT n, text FROM numbers WHERE series = ? AND key IS NULL ORDER BY n", (series,))
        return next(((row["n"], row["text"]) for row in rows if row["text"] not in used), None)

    def _next(self, series: str, year: int, used: Collection[str]) -> tuple[int, str]:
        row = self._db.row("SELECT max(n) AS n FROM numbers WHERE series = ?", (series,))
        if row and row["n"] is not None:
            n = row["n"] + 1
        else:
            anew = not used and self._db.row("SELECT 1 FROM numbers") is None
            n = self._numbering.start(year, used, anew=anew)
        while (text := self._numbering.text(year, n)) in used or self._knows(text):
            n += 1
        return n, text

    def _knows(self, text: str) -> bool:
        return self._db.row("SELECT 1 FROM numbers WHERE text = ?", (text,)) is not None


def _number(row: Row) -> Number:
    return Number(row["text"], date.fromisoformat(row["issued"]), row["written"])


def _task(key: str) -> str:
    return key.partition(".")[0].partition("-g")[0]
